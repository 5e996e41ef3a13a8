"""What training.json says, as tables and as a figure."""

from matplotlib.figure import Figure

from mnist_cnn.networks.models import MODELS

# Those of ui/page.css; a README's picture knows no CSS.
AXES = {"batch_size": "batch size", "threads": "threads", "images": "training images"}


def table(head, rows):
    """A table of Markdown; `head` and `rows` hold what goes into the cells."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(map(str, line))} |\n" for line in lines)


def times_less(ratio):
    return f"{ratio['ratio']:.1f} ({ratio['lowest']:.1f} to {ratio['highest']:.1f})"


def conditions(part):
    machine = part["machine"]
    malloc = ", ".join(f"{name}={text}" for name, text in machine["malloc"].items())
    return f"{machine['hardware']}; torch {machine['torch']}; {malloc or 'malloc as it is'}"


def epoch(part):
    rows = []
    for key, row in part["models"].items():
        theirs, ours = row["notebook"], row["ours"]
        rows.append(
            [
                MODELS[key].title,
                f"{theirs['seconds']:.1f} s",
                f"{ours['seconds']:.1f} s",
                times_less(row["seconds_ratio"]),
                f"{theirs['cpu_seconds']:.1f} s",
                f"{ours['cpu_seconds']:.1f} s",
                times_less(row["cpu_seconds_ratio"]),
            ]
        )
    head = ["seconds per epoch", "notebook", "ours", "times less"]
    return table([*head, "CPU: notebook", "CPU: ours", "CPU: times less"], rows)


def goal(part):
    rows = []
    for key, row in part["models"].items():
        cells = [MODELS[key].title]
        for side in (row["notebook"], row["ours"]):
            cells += [f"{side['test_errors']:.0f}", f"{side['epochs']:.1f}"]
            cells += [f"{side['cpu_seconds']:.0f} s"]
        rows.append([*cells, f"{row['times_fewer']:.1f}", "yes" if row["reached"] else "no"])
    head = ["until the notebook's accuracy"]
    head += [
        f"{side}: {what}" for side in ("notebook", "ours") for what in ("errors", "epochs", "CPU")
    ]
    return table([*head, "times fewer", "reached"], rows)


def growth(part):
    models, text = part["models"], ""
    for name, label in AXES.items():
        values = {
            key: {row["value"]: row for row in series[name]} for key, series in models.items()
        }
        rows = [
            [
                f"{value:,}",
                *(
                    f"{row[value]['seconds']:.1f} / {row[value]['cpu_seconds']:.1f}"
                    for row in values.values()
                ),
            ]
            for value in next(iter(values.values()))
        ]
        head = [label, *(f"{MODELS[key].title}: s / CPU s" for key in models)]
        text += table(head, rows) + "\n"
    return text.rstrip("\n") + "\n"


def gpu(part):
    def spread(values):
        return f"{min(values):.2f} to {max(values):.2f} s"

    races, best = part["races"], part["best"]
    rows = [
        ["all three by the recipe quick: training", spread([r["training_seconds"] for r in races])],
        ["before the first step", spread([r["setup_seconds"] for r in races])],
        ["the whole process", spread([r["process_seconds"] for r in races])],
    ]
    for key in races[0]["models"]:
        errors = ", ".join(str(race["models"][key]["test_errors"]) for race in races)
        wanted = f", notebook {part['goals'][key]:.0f}" if key in part["goals"] else ""
        rows.append([f"{MODELS[key].title}: test errors{wanted}", errors])
    count = len(best["test_errors"])
    rows.append([f"{count} networks by the best recipe", f"{best['seconds']:.1f} s"])
    text = table(["on a GPU", ""], rows)
    rows = [
        [f"{values[0]['value']:,}", *(f"{value['seconds']:.3f} s" for value in values)]
        for values in zip(*part["growth"].values())
    ]
    head = ["seconds per epoch, batch size", *(MODELS[key].title for key in part["growth"])]
    return text + "\n" + table(head, rows)


TABLES = {"epoch": epoch, "goal": goal, "growth": growth, "gpu": gpu}


def tables(figures):
    """Parts of training.json {name: part} as Markdown."""
    return "\n".join(
        f"{TABLES[name](part)}\n({conditions(part)})\n" for name, part in figures.items()
    )


def draw(part, path):
    """How seconds per epoch grow with batch size, threads and images, as an SVG file."""
    figure = Figure(figsize=(9, 3), layout="constrained", facecolor="white")
    panels = figure.subplots(1, len(AXES), sharey=True)
    for axes, (name, label) in zip(panels, AXES.items()):
        for key, series in part["models"].items():
            x, y = zip(*((row["value"], row["seconds"]) for row in series[name]))
            axes.loglog(
                x, y, "o-", color=MODELS[key].colours[0], label=MODELS[key].title, markersize=4
            )
            axes.set_xticks(x, [f"{value:,}" for value in x], rotation=45)
        axes.xaxis.minorticks_off()
        axes.set(xlabel=label)
        axes.spines[["top", "right"]].set_visible(False)
    panels[0].set_ylabel("seconds per epoch")
    panels[0].yaxis.set_major_formatter("{x:g}")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
    figure.savefig(path, metadata={"Date": None})
