"""Bugs in the rooms What if, Convolution, Inside and Results."""

from tests.mutants import Mutant

_TESTS = "tests/page/test_"
TESTS = tuple(f"{_TESTS}{room}.py" for room in ("whatif", "convolution", "inside", "results"))
_ROOMS = "mnist_cnn/page/rooms/"
OWN = (f"{_TESTS}results_handwriting.py",)


def _home(room, file):
    return "mnist_cnn/page/widgets" if file in ("confusion", "verdict") else f"{_ROOMS}{room}"


def _in(room, *rows):
    """Rows (file, old, new, what) of a room, tried with the tests of that room."""
    tests = (f"{_TESTS}{room}.py",)
    return tuple(
        Mutant(f"{_home(room, file)}/{file}.py", old, new, what, tests=tests)
        for file, old, new, what in rows
    )


MUTANTS = (
    *_in(
        "whatif",
        (
            "layout",
            "{} if of_digit == this else dict.fromkeys(sliders, 0)",
            "{}",
            "a new digit is changed as the last one was",
        ),
        (
            "layout",
            "picture.seen(pipeline)",
            'picture.seen("mnist")',
            "a digit that came another way is changed as it was before",
        ),
        (
            "maps",
            "return row - MAX_SHIFT, column - MAX_SHIFT",
            "return column - MAX_SHIFT, row - MAX_SHIFT",
            "a click on a shift map with axes swapped",
        ),
        ("maps", "max(cell) >= CELLS", "max(cell) > CELLS", "a cell outside of the map is taken"),
        (
            "maps",
            "x=column + 0.5, y=row + 0.5",
            "x=row + 0.5, y=column + 0.5",
            "the numbers of a map are transposed",
        ),
        (
            "maps",
            'loses = unmoved["conv"] - moved["conv"]',
            'loses = moved["conv"] - unmoved["conv"]',
            "a loss is a gain: the verdict says the opposite",
        ),
        (
            "maps",
            'helps = moved["aug"] - moved["conv"]',
            'helps = unmoved["aug"] - moved["aug"]',
            "the help of augmentation is read from another network",
        ),
        ("maps", "VERDICTS[loses, helps]", "VERDICTS[helps, loses]", "verdicts swapped"),
        ("maps", "VERDICT_DISTANCE = 4", "VERDICT_DISTANCE = 2", "verdict at another distance"),
        (
            "maps",
            "DISTANCES = (2, 4, 8)",
            "DISTANCES = (2, 4, 6)",
            "average maps of the wrong distance",
        ),
        (
            "maps",
            "(~lost).sum(), lost.size",
            "lost.sum(), lost.size",
            "kept places are those that are lost",
        ),
        (
            "maps",
            'accuracy"], px)) for px in DISTANCES',
            'accuracy"], 8 - px)) for px in DISTANCES',
            "distances counted from the far end",
        ),
        ("curves", "winner = max(", "winner = min(", "who holds out worst is named"),
        (
            "curves",
            "list(won) != [MAIN]",
            "list(won) == [MAIN]",
            "what augmentation misses, upside down",
        ),
        (
            "curves",
            ".values()), 0).argmax()",
            ".values()), 0).argmin()",
            "where the curves lie closest is named",
        ),
        (
            "curves",
            'row[name]["probability"]',
            'row[CURVES[0]]["probability"]',
            "curves of the wrong perturbation",
        ),
        (
            "curves",
            "own.get(name, {})",
            "own.get(CURVES[-1], {})",
            "own curves of the wrong perturbation",
        ),
        (
            "curves",
            '(("mean", means), ("own", own))',
            '(("mean", own), ("own", means))',
            "mean and own curves swapped",
        ),
        (
            "layout",
            'SLIDERS = ("down", "right", *CURVES)',
            'SLIDERS = ("right", "down", *CURVES)',
            "down and right swapped",
        ),
    ),
    *_in(
        "convolution",
        (
            "layout",
            'chosen if of_digit == this else "digit"',
            "chosen",
            "another digit leaves the noise under the filter",
        ),
        (
            "scene",
            'flip=turn == "convolution"',
            'flip=turn != "convolution"',
            "turned the other way",
        ),
        (
            "scene",
            'if pixels == "normalised":',
            'if pixels != "normalised":',
            "raw pixels are normalised",
        ),
        (
            "scene",
            'key, _, number = pick.partition(" ")',
            'number, _, key = pick.partition(" ")',
            "filter and network of a pick swapped",
        ),
        (
            "scene",
            "enumerate(learned.get(key, ()))",
            "enumerate(learned.get(key, ()), 1)",
            "filters counted from one: the neighbour is taken",
        ),
        (
            "sentences",
            "if abs(total) < ROUNDING:",
            "if abs(total) > ROUNDING:",
            "even ground: no answer where there is one",
        ),
        (
            "sentences",
            "if error < MADE_UP:",
            "if error > MADE_UP:",
            "the border's verdict says the opposite",
        ),
        (
            "sentences",
            "mode is None:\n        return convolution_texts.BORDER_NONE",
            "mode is not None:\n        return convolution_texts.BORDER_NONE",
            "padding is said to be none",
        ),
        (
            "sentences",
            "kernels.round(DECIMALS)",
            "kernels.round(0)",
            "a learned filter is recognised by whole numbers",
        ),
        (
            "sentences",
            "LEARNED_KERNEL, place, model_name(key)",
            "LEARNED_KERNEL, place + 1, model_name(key)",
            "the filter's number is off by one",
        ),
        (
            "wall",
            "np.argsort(-similarities",
            "np.argsort(similarities",
            "learned filters ranked ascending",
        ),
        (
            "wall",
            "return order, similarities[order]",
            "return order, similarities",
            "similarities beside the wrong filters",
        ),
        ("wall", "order[-1], cosines[-1]", "order[-1], cosines[0]", "the last one's likeness"),
        ("wall", "place / (len(order) - 1)", "place / len(order)", "tiles show their neighbours"),
        (
            "wall",
            "_tile(key, filter_number, cosine, place /",
            "_tile(key, place, cosine, place /",
            "a tile picks the filter of its place",
        ),
        ("equation", "key == chosen", "key != chosen", "all presets pressed but one"),
        (
            "equation",
            "square(added, added, height)",
            "square(0, 0, height)",
            "the border is drawn around what is made up",
        ),
        (
            "equation",
            "_scan(padded.shape, 1,",
            "_scan(scene.image.shape, 1,",
            "pointing at the picture forgets the padding",
        ),
        (
            "equation",
            "--rows:{sides[0]};--columns:{sides[1]}",
            "--rows:{sides[1]};--columns:{sides[0]}",
            "pointing with sides swapped",
        ),
        (
            "equation",
            "pixels = pad(scene.image, scene.padding)",
            'pixels = pad(scene.image, "none")',
            "the filter that slides finds nothing beyond the border",
        ),
        (
            "equation",
            "oriented(scene.kernels, scene.flip).tolist()",
            "scene.kernels.tolist()",
            "the filter that slides is never turned",
        ),
    ),
    *_in(
        "inside",
        (
            "arithmetic",
            "contributions.sum() - contributions[places].sum()",
            "contributions.sum()",
            "the shown rest counts shown terms twice",
        ),
        (
            "arithmetic",
            "np.argsort(-np.abs(contributions))",
            "np.argsort(np.abs(contributions))",
            "the weakest term is shown as the strongest",
        ),
        (
            "arithmetic",
            "np.argsort(-np.abs(contributions))",
            "np.argsort(-contributions)",
            "negative terms are never strong",
        ),
        (
            "arithmetic",
            "others = len(operation.contributions) - len(places)",
            "others = len(operation.contributions)",
            "the number of the others counts all",
        ),
        (
            "arithmetic",
            "titles[names[max(index - 1, 0)]]",
            "titles[names[index]]",
            "the layer before is the layer itself",
        ),
        (
            "arithmetic",
            'return f"({written})" if value < 0 else written',
            'return f"({written})" if value > 0 else written',
            "brackets around positive numbers",
        ),
        (
            "arithmetic",
            "_table(operation.inputs[channel],",
            "_table(operation.inputs[0],",
            "the window of another channel",
        ),
        (
            "arithmetic",
            "logit = operation.logits[operation.digit]",
            "logit = operation.logits[0]",
            "probability of another digit",
        ),
        (
            "selection",
            "np.unravel_index(np.abs(values).argmax()",
            "np.unravel_index(values.argmax()",
            "a strong negative pixel is passed over",
        ),
        (
            "selection",
            'largest if self.scale == "channel"',
            'largest if self.scale != "channel"',
            "colour limits per layer and per channel swapped",
        ),
        (
            "selection",
            "nearest(request.row, height), nearest(request.column, width)",
            "nearest(request.row, width), nearest(request.column, height)",
            "sides of the map swapped",
        ),
        (
            "selection",
            "return min(max(place or 0, 0), count - 1)",
            "return min(max(place or 0, 0), count)",
            "the nearest place lies outside",
        ),
        (
            "channels",
            "line * STRIP + place",
            "place * STRIP + line",
            "line and place of a strip swapped",
        ),
        (
            "channels",
            'return {"channel": numbers[0]}',
            'return {"channel": numbers[0] + 1}',
            "a tile picks its neighbour",
        ),
        (
            "channels",
            'style=f"--at:{channel}"',
            'style=f"--at:{channel + 1}"',
            "a tile shows its neighbour",
        ),
        (
            "channels",
            "aria_pressed=pressed(channel == selected)",
            "aria_pressed=pressed(channel != selected)",
            "all tiles pressed but the selected one",
        ),
        (
            "channels",
            'number(values.min(), ".2f"), number(values.max(), ".2f")\n    return',
            'number(values.max(), ".2f"), number(values.min(), ".2f")\n    return',
            "a channel's range upside down",
        ),
        (
            "unit",
            "FIELD.format(height, width, top, left)",
            "FIELD.format(height, width, left, top)",
            "row and column of a receptive field swapped",
        ),
        (
            "unit",
            "if (height, width) == (DATASET.side, DATASET.side):",
            "if height == DATASET.side:",
            "as high as the digit is the whole digit",
        ),
        (
            "unit",
            'number(values[row, column], ".3f")',
            'number(view.maps[0][row, column], ".3f")',
            "the value of another channel",
        ),
        (
            "unit",
            "reshape(rows[index - 2].shape)",
            "reshape(rows[index - 2].shape[::-1])",
            "weights behind Flatten in the wrong order",
        ),
        ("unit", ".swapaxes(1, 2)", ".swapaxes(2, 3)", "kernels of a mosaic mixed"),
        (
            "layout",
            "if set(keys) <= {*models, OWN}",
            "if set(keys) & {*models, OWN}",
            "a view without one of its networks is offered",
        ),
        (
            "layout",
            "if sent == value else",
            "if sent != value else",
            "a number that stays is sent back",
        ),
    ),
    *_in(
        "results",
        (
            "verdict",
            "key=lambda key: -len(errors[key])",
            "key=lambda key: len(errors[key])",
            "the worse network is called the better",
        ),
        (
            "verdict",
            "if only_more > only_fewer else",
            "if only_more >= only_fewer else",
            "a tie is a difference of nothing",
        ),
        (
            "verdict",
            "only_more=only_more,\n        only_fewer=only_fewer",
            "only_more=only_fewer,\n        only_fewer=only_more",
            "the counts of a pair swapped",
        ),
        ("verdict", "if p <= most", "if p > most", "chance explains what it does not"),
        (
            "verdict",
            '"< 0.001" if p < 0.001',
            '"< 0.001" if p < 0.01',
            "p below 0.01 is said 0.001",
        ),
        ("scores", "if low > most:", "if high > most:", "people are compared with the wrong end"),
        (
            "scores",
            '"less" if high < least',
            '"less" if low < least',
            "less, though it may be more",
        ),
        (
            "scores",
            'reversed(best["test"]["interval"])',
            'best["test"]["interval"]',
            "interval ends swapped",
        ),
        (
            "scores",
            '(fc_augmented > errors["conv"]) - (fc_augmented < errors["conv"])',
            '(fc_augmented < errors["conv"]) - (fc_augmented > errors["conv"])',
            "what does more, upside down",
        ),
        ("scores", "count - errors['fc']", "errors['fc'] - count", "differences of the wrong sign"),
        (
            "scores",
            "DATASET.label_errors.keys() & set(errors)",
            "DATASET.label_errors.keys() - set(errors)",
            "doubtful labels it read right are counted",
        ),
        (
            "scores",
            '<= processors("inference_hardware")',
            '>= processors("inference_hardware")',
            "a GPU in training is not noticed",
        ),
        (
            "learning_curves",
            "return max(history, key",
            "return min(history, key",
            "the kept epoch is the worst one",
        ),
        (
            "learning_curves",
            'Line([best["epoch"]],',
            "Line([epochs[-1]],",
            "dot at the wrong epoch",
        ),
        ("learning_curves", "if gap > 0 else", "if gap < 0 else", "over-fitting upside down"),
        (
            "learning_curves",
            '["augmentation"] is not None',
            '["augmentation"] is None',
            "varied digits are called plain",
        ),
        (
            "learning_curves",
            '(("training", "--"), ("validation", "-"))',
            '(("validation", "--"), ("training", "-"))',
            "training and validation swapped",
        ),
        ("learning_curves", "band=(low, high)", "band=(high, low)", "band upside down"),
        (
            "confusion",
            "(count, true, predicted)\n        for",
            "(count, predicted, true)\n        for",
            "confusions transposed",
        ),
        (
            "confusion",
            'pick = f"{true} {predicted}"',
            'pick = f"{predicted} {true}"',
            "a number picks the transposed digits",
        ),
        (
            "confusion",
            "return sorted(pairs, reverse=True)",
            "return sorted(pairs)",
            "the rarest confusions are named",
        ),
        ("confusion", "MOST = 3", "MOST = 1", "one confusion is named"),
        (
            "error_gallery",
            "TWIN in wrong and MAIN not in wrong",
            "MAIN in wrong",
            "mended is broken",
        ),
        ("error_gallery", "set(wrong) == set(keys)", "len(wrong) > 1", "two networks are all"),
        (
            "error_gallery",
            "true in (ANY, label)",
            "predicted in (ANY, label)",
            "the gallery's filters swapped",
        ),
        (
            "error_gallery",
            "{answers[misread_by]} if belongs",
            "set(answers.values()) if belongs",
            "a filter by another network's answer",
        ),
        (
            "error_gallery",
            "index, label, answers, index == picked)",
            "index, label, answers, label == picked)",
            "another tile than the picked one is marked",
        ),
        (
            "confusion",
            "(key, written, read) == picked",
            "(written, read) == picked[1:]",
            "another network's confusion is marked",
        ),
        ("error_gallery", "predicted in read)", "true in read)", "written taken for read"),
        ("error_gallery", "data_pick=index", "data_pick=label", "a tile picks by its label"),
        (
            "layout",
            "if set(keys) <= set(rows) else",
            "if set(rows) <= set(keys) else",
            "rows of networks without results",
        ),
        (
            "layout",
            'WITHOUT_DIGIT = ("results", "about")',
            'WITHOUT_DIGIT = ("about",)',
            "a door to the room itself",
        ),
        ("amounts", "> results_texts.PASS)", "< results_texts.PASS)", "passing upside down"),
        (
            "amounts",
            'if row["mean"] < goal), most)',
            'if row["mean"] > goal), most)',
            "the best network beats the worst by misreading more",
        ),
        (
            "seeds",
            "min(errors[one]) <= max(errors[other]) and",
            "min(errors[one]) > max(errors[other]) and",
            "overlap upside down",
        ),
        (
            "seeds",
            'run["test_accuracy"] > row',
            'run["test_accuracy"] < row',
            "the place is counted from the worst",
        ),
        (
            "leak",
            "leaky_gap > gap if several",
            "leaky_gap < gap if several",
            "the leak's verdict upside down",
        ),
        (
            "leak",
            'case = "more" if difference > 0',
            'case = "more" if difference < 0',
            "more misread with the leak is fewer",
        ),
        ("leak", '"above" if share > 0', '"above" if share < 0', "above and below swapped"),
        (
            "leak",
            "abs(difference) <= luck",
            "abs(difference) > luck",
            "what luck explains is a difference",
        ),
        ("leak", "= 2 * sqrt(", "= 20 * sqrt(", "luck explains far more than it does"),
        (
            "architecture",
            'row.name.startswith("classifier")',
            'row.name.startswith("features")',
            "parameters of the head are those of the filters",
        ),
        (
            "architecture",
            'products["conv"] / products["fc"]',
            'totals["conv"] / totals["fc"]',
            "times as many parameters, not products",
        ),
    ),
    *(
        Mutant(f"{_ROOMS}results/handwriting.py", old, new, what, tests=OWN)
        for old, new, what in (
            ('= "notebook", "mnist"', '= "mnist", "notebook"', "both ways swapped"),
            ("key=lambda it: -it[1]", "key=lambda it: it[1]", "the hardest paper comes first"),
            ("--to:{high:.3f}", "--to:{low:.3f}", "no line is longer than a dot"),
            ('100 * before["read"]', 'before["read"]', "a share for per cent"),
            (
                "OWN_VERDICTS[way > network]",
                "OWN_VERDICTS[way < network]",
                "the network matters more where the way does",
            ),
            (
                "max(reads) - min(reads)",
                "max(reads) - reads[-1]",
                "the best network beside the last, not the worst",
            ),
            ("if len(main) < 3:", "if len(main) < 2:", "one paper is hardest and easiest"),
            ("_, easiest, *_, hardest = main", "_, hardest, *_, easiest = main", "hard is easy"),
            (
                'before[paper]["read"] >= row["read"]',
                'before[paper]["read"] <= row["read"]',
                "papers on which the notebook does worse",
            ),
            ('right=row["right_but_refused"]', 'right=row["count"]', "all pictures for some"),
            ("paper in PAPERS else paper", 'paper in PAPERS else ""', "a set without a name"),
            (
                "if not all(found.get(way, {}).get(MAIN) for way in WAYS):",
                "if not found:",
                "figures without the main network are drawn",
            ),
        )
    ),
)
