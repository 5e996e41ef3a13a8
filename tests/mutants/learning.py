"""Bugs in learning/ and dataset/."""

from tests.mutants import Mutant

TESTS = ("tests/learning", "tests/dataset")

OTHERS = {  # modules whose tests are not, or not only, in the file of their name
    "results": ("runs",),
    "seed_study": ("shipping",),
    "training": ("training", "checkpoints"),
}


def _of(module, *rows):
    """Rows of a module of learning/, tried with the module's own tests."""
    names = OTHERS.get(module, (module,))
    return tuple(
        Mutant(
            f"mnist_cnn/learning/{module}.py",
            old,
            new,
            what,
            *survives,
            tests=tuple(f"tests/learning/test_{name}.py" for name in names),
        )
        for old, new, what, *survives in rows
    )


AUGMENT = _of(
    "augment",
    ("(zoom / aspect)[:, None]", "(zoom * aspect)[:, None]", "stretch scales both axes"),
    ("change.abs() / 2)", "change.abs())", "stroke change doubled"),
    ("torch.where(change > 0, wider", "torch.where(change < 0, wider", "thinner for wider"),
    ("== DATASET.serif_class", "== 7", "flags put on sevens"),
    ("(2 * self.elastic / digits", "(self.elastic / digits", "elastic half as strong"),
    (
        "torch.cat([2 * sampler.symmetric(self.shift), 2 * sampler.symmetric(self.shift)], 1)",
        "(2 * sampler.symmetric(self.shift)).view(-1, 1).expand(-1, 2)",
        "x and y shifted alike",
    ),
    ("foot * (drawn() & drawn())", "foot * drawn()", "a foot as often as a flag"),
    (
        "-length * down.cos()], 1)",
        "length * down.cos()], 1)",
        "the flag of a 1 points to the right",
    ),
    (
        "mean + (digits - mean) * (1 +",
        "digits * (1 +",
        "contrast is one more brightness",
    ),
    ("F.avg_pool2d(digits, 3, 1, 1)", "F.avg_pool2d(digits, 5, 1, 2)", "blur over 5×5 pixels"),
    (
        ".flip(3).clamp(max=1)",
        ".clamp(max=1)",
        "square strokes: bent by the wrong axis",
    ),
    (
        "digits = digits.clamp(0, 1)\n        if self.damage",
        "if self.damage",
        "ink below 0 and above 1",
    ),
    ("damaged(digits, self.damage, sampler)", "digits", "nothing is damaged"),
    ("torch.sign(sampler.symmetric(1))", "1", "neighbours on one side only"),
)

SAMPLING = _of(
    "sampling",
    (
        "return (self.uniform(2 * spread) - spread) * self.strength",
        "return self.uniform(spread) * self.strength",
        "digits vary to one side only",
    ),
    (
        "self.uniform(1) if per_sample_strength else 1",
        "1",
        "every digit is varied at full strength",
    ),
    ("along.clamp(0, 1)", "along", "strokes without ends"),
    ("width + 0.5 - distance", "width - distance", "strokes a pixel too thin"),
)

DAMAGE = _of(
    "damage",
    ("    digits = digits.clone()\n", "", "the digits that were given are damaged, too"),
    ("damage(digits[index], sampler.of(len(index))).clamp(0, 1)",
     "damage(digits[index], sampler.of(len(index)))", "damaged ink below 0 and above 1"),
    ("(sampler.uniform(1) < probability)", "(sampler.uniform(1) < 2 * probability)",
     "damage twice as often"),
    ("        if len(index):\n", "        if True:\n", "a batch of which none is damaged fails"),
    ("digits * (1 + sampler.normal(digits.shape) * sampler.uniform(0.7))",
     "digits + sampler.normal(digits.shape) * sampler.uniform(0.7)", "speckles on paper"),
    ("paper + (1 - paper) * (0.3 +", "paper + (1 - paper) * (-0.5 +", "ink darker than paper"),
    ("-2 * math.pi**2 * spread", "-math.pi**2 * spread", "a blur narrower than it says"),
    ("(along - 4 - sampler", "(along + 9 - sampler", "shadows through the middle of the digit"),
    ("    return torch.lerp(digits, sampler.uniform(1), inside.amax(1, True))",
     "    return torch.maximum(digits, sampler.uniform(1) * inside.amax(1, True))",
     "spots never cover ink"),
    ("grid * half).floor()", "grid * half).clone()", "coarse pictures are merely blurred"),
)  # fmt: skip

WRITTEN = _of(
    "written",
    ("np.arange(count) % DATASET.classes", "np.arange(count) * 0", "zeros only"),
    ("np.random.default_rng(seed)", "np.random.default_rng(0)", "the same digits for all seeds"),
    ("(DATASET.box - pen) / longest", "DATASET.box / longest", "wide pens leave the box"),
    (" - middle + DATASET.centre", " + DATASET.centre", "not centred by mass"),
    ("(pen / 2 + 0.5", "(pen + 0.5", "strokes twice as wide as the pen"),
    ("random.uniform(NARROWEST, 1) if random", "1 if random", "none is narrow"),
)

OPTIMIZATION = _of(
    "optimization",
    ("if parameter.ndim > 1]", "if parameter.ndim > 0]", "decay on biases"),
    ("START, END = 10, 1000", "START, END = 100, 1000", "the cycle starts at a hundredth"),
    ("START, END = 10, 1000", "START, END = 10, 100", "the cycle ends at a hundredth"),
    ("total_steps=steps + 1", "total_steps=steps", "the cycle ends a step early"),
    ("WARM_UP = 0.2", "WARM_UP = 0.3", "the rate rises for longer"),
    ('recipe.schedule == "constant"', 'recipe.schedule != "constant"', "schedules swapped"),
    ("(means, weights, 1 - stays)", "(means, weights, stays)", "EMA from the wrong side"),
    (
        "stays = min(decay, count.item() / (9 + count.item()))",
        "stays = decay",
        "the EMA clings to the untrained weights",
    ),
    ("    ema.n_averaged += 1", "    ema.n_averaged += 0", "the EMA starts at the first step"),
    ("use_buffers=True", "use_buffers=False", "the EMA has the last batch's normalisation"),
    (
        "return self.model if self.ema is None else self.ema.module",
        "return self.model",
        "the model is kept for its EMA",
    ),
    ("F.dropout(inputs[0], rate, layer.training)", "F.dropout(inputs[0], rate)",
     "dropout at evaluation"),
    ("F.dropout(inputs[0], rate,", "F.dropout(inputs[0], 1 - rate,", "dropout the other way round"),
    ('"last_epoch": step - 1', '"last_epoch": step', "a resumed run is one rate ahead"),
    ("(0.9, recipe.beta2)", "(0.9, 0.999)", "Adam's memory is torch's, not the recipe's"),
)  # fmt: skip

TRAINING = _of(
    "training",
    (
        "1_000_003 * seed + epoch",
        "1_000_003 * seed",
        "the same order and augmentation in every epoch",
    ),
    ("1_000_003 * seed + epoch", "epoch", "seeds ignored in order and augmentation"),
    (
        "torch.Generator(device).manual_seed(seed)  #",
        "torch.Generator(device).manual_seed(0)  #",
        "augmentation and order are the same in every epoch and for every seed",
    ),
    ("    torch.manual_seed(run.seed)\n", "    torch.manual_seed(0)\n", "one start for all seeds"),
    ("validation_accuracy > past.", "validation_accuracy >= past.", "ties keep the later epoch"),
    ("patience >= recipe.patience", "patience > recipe.patience", "patience off by one"),
    (
        "else history[-1].patience + 1",
        "else 1",
        "patience does not add up",
    ),
    ("label_smoothing=recipe.label_smoothing", "label_smoothing=0.0", "label smoothing lost"),
    ("accuracy(learner.judged.eval(), validation)", "accuracy(learner.judged.eval(), training)",
     "validated on the training digits"),
    ("accuracy(learner.judged.eval(), validation)", "accuracy(learner.model.eval(), validation)",
     "the EMA is not what is validated"),
    ("model.load_state_dict(best)", "model.load_state_dict(learner.judged.state_dict())",
     "the last epoch is kept, not the best"),
    ("tensor.clone() for name", "tensor for name", "the best weights go on changing"),
    ("        learner.skip_to(len(history) * steps)\n", "", "a resumed run starts its cycle anew"),
    ("    learner.model.train()\n", "", "trained in evaluation mode"),
    ("training[index % len(training)]", "training[index.clamp(max=len(training) - 1)]",
     "repeats are all of the last digit"),
    ("    if recipe.augmentation is not None:", "    if recipe.augmentation is None:",
     "plain digits augmented, augmented ones plain"),
    ("    add_dropout(model, recipe.dropout)\n", "", "dropout forgotten"),
    ("(correct / seen).item()", "(correct / len(training)).item()",
     "training accuracy counts the digits that were left out"),
)  # fmt: skip

CHECKPOINTS = _of(
    "checkpoints",
    (
        '        states[f"optimizer.{index}"] = moments\n',
        "        pass\n",
        "a checkpoint without the optimizer's moments",
    ),
    (
        '        learner.ema.load_state_dict(parts["ema"])\n',
        "        pass\n",
        "the EMA starts anew",
    ),
    ('if header.get("run") != asdict(run):', "if False:", "another run's checkpoint is taken"),
    (
        "        if tensor.ndim == 4:",
        "        if False:",
        "moments of filters in another order than the filters",
    ),
    (
        '"history": [asdict(epoch) for epoch in history]',
        '"history": [asdict(epoch) for epoch in history[-1:]]',
        "a checkpoint forgets all epochs but the last",
    ),
)

RUNS = _of(
    "runs",
    ("splits.training[torch.arange(run.training_images)]", "splits.training", "--images ignored"),
    ('    if run.recipe["leak"]:', "    if True:", "validation digits trained on"),
    (
        "count = len(splits.training) + len(splits.validation)",
        "count = len(splits.training)",
        "the leaking run does not say how many digits it saw",
    ),
    ("        recipe = recipe.for_few(images)\n", "        pass\n", "few digits, too few steps"),
    ("header.get(\"run\") == row.get(\"run\") == asdict(run)", "header.get(\"run\") == asdict(run)",
     "a run without its row counts as finished"),
    ("    checkpoint.unlink(missing_ok=True)\n", "", "the checkpoint of a finished run stays"),
    ("    return _joined(digits, written_digits(written", "    return digits\n    return _joined("
     "digits, written_digits(written", "written digits are left out"),
    ("splits.validation, recipe, run, checkpoint", "splits.test, recipe, run, checkpoint",
     "the best epoch is chosen on test digits"),
)  # fmt: skip

RESULTS = _of(
    "results",
    ("calibrate(model, splits.validation)", "1.0", "shipped uncalibrated"),
    ("calibrate(model, splits.validation)", "calibrate(model, splits.test)",
     "calibrated on test digits"),
    ("evaluate(model, test)\n", "evaluate(model, splits.validation)\n",
     "judged on validation digits"),
    ("if any(not torch.equal", "if False and any(not torch.equal", "what is read is not compared"),
    ("manual_seed(0)\n    accuracies", "manual_seed(1)\n    accuracies",
     "the leak's test digits are drawn by another seed"),
    ("save_metrics(folder, run.key, row)", "save_metrics(folder, 'fc', row)",
     "every row is written as fc's"),
    ("    path.unlink()\n", "", "a draft of the weights is left"),
)  # fmt: skip

SHIPPING = _of(
    "shipping",
    ("max(runs, key=lambda run: run[1][\"validation_accuracy\"])",
     "min(runs, key=lambda run: run[1][\"validation_accuracy\"])", "the worst run is shipped"),
    ("key=lambda run: run[1][\"validation_accuracy\"]",
     "key=lambda run: -len(run[1][\"test\"][\"errors\"])", "chosen on test digits"),
    ("with_earlier(made, read_json(path) or {})", "made", "the ledger forgets earlier runs"),
) + _of(
    "seed_study",
    ("[*earlier.get(\"groups\", ()), *ledger[\"groups\"]]", "ledger[\"groups\"]",
     "with_earlier loses other kinds"),
    ("for run in [*runs, *group[\"runs\"]]", "for run in group[\"runs\"]",
     "with_earlier loses other seeds"),
    ("before.get(\"settings\") == settings", "True", "runs of two recipes are averaged"),
    ("ledger[\"beside\"] or earlier", "ledger[\"beside\"] and earlier",
     "what ensembles reached is lost"),
    ("        and row[\"run\"][\"training_images\"] == row[\"available_images\"]\n", "",
     "a run on few digits is shipped"),
    (".mean(0).argmax(1)", "[0].argmax(1)", "the ensemble is its first member"),
    ("row[\"run\"][\"recipe\"] != runs[0][1][\"run\"][\"recipe\"]", "False",
     "runs of one name and two recipes are averaged"),
)  # fmt: skip

DETECTOR = _of(
    "detector_training",
    ("count * len(training) // DATASET.learned", "count", "few digits take as long as all"),
    ("range(UNSEEN, UNSEEN + of(UNSEEN_COUNT))", "range(of(UNSEEN_COUNT))",
     "judged by what it has learned"),
    ("make_all(source, validation,", "make_all(source, training,",
     "judged by digits that it has learned"),
    ("range(0, len(seeds), CHUNK)", "range(0, len(seeds) - CHUNK + 1, CHUNK)",
     "the last seeds are left out"),
    ("scores.quantile(FEW)", "scores.quantile(1 - FEW)", "the threshold would refuse all"),
    ("np.exp(random.uniform(*np.log(WIDTHS)))", "1", "no digit is narrow or wide"),
    ("SEVERAL if kind.several else NO_DIGIT", "NO_DIGIT", "several are no digit"),
    ("round(share * RECIPE.batch_size)", "RECIPE.batch_size", "shares of a batch lost"),
    (" < AUGMENTED", " < 0", "nothing is varied"),
    ("made.to(device), source.share", "made.to(device), 0.2", "every source has the same share"),
    ("learner.judged.state_dict()", "OutlierDetector().state_dict()", "untrained weights are kept"),
    ("torch.manual_seed(seed)\n    device", "device", "no seed"),
    ("_as_digits(_written(lines, random), chosen.labels)",
     "_as_digits(_written(lines, random), chosen.labels * 0)", "redrawn digits are all 0"),
) + _of(
    "non_digits",
    ("np.random.default_rng(seed)", "np.random.default_rng(0)", "every one is the same"),
    ("p=shares / shares.sum()", "p=None", "all kinds occur alike"),
    (">= KEPT * ink.sum()", ">= 0 * ink.sum()", "a digit that is left over is no digit"),
    ("(digit, kind) if digit.any() else None", "(digit, kind)", "blank pages are non-digits"),
    ("if random.random() < 0.5:  # by boxes", "if False:  # by boxes",
     "slanted digits never stand close"),
    (".polygon(", ".line(", "a filled shape is its outline"),
    ("shift[axis] = end", "shift[1 - axis] = end", "written digits lie on each other"),
    ("(np.rot90, TURNED), (np.fliplr, MIRRORED)", "(np.fliplr, TURNED), (np.fliplr, MIRRORED)",
     "nothing is turned by a quarter"),
) + _of(
    "pen",
    ("soft = soft / max(soft.max(), 1e-6)", "soft = soft / 1", "thin pens vanish"),
    ("np.maximum(level, 0.15)", "level", "worn paper is full of specks"),
    ("if random.random() < 0.2", "if random.random() < 0.9", "hardly any ink is left whole"),
    ("WIDTH = 0.025, 0.2", "WIDTH = 0.1, 0.2", "thick pens only"),
    ("_uneven, _small)", "_uneven)", "no picture has few pixels"),
    ("(SIDE - height) // 2", "0", "everything is drawn at the top"),
) + _of(
    "signs",
    ("STRETCH / 3 if name in SQUARES else STRETCH", "3 * STRETCH",
     "squares become angular zeros"),
    ('if words.startswith("~")', "if False", "no stroke is curved"),
    (".split(\",\"), tall", ".split(\",\")[:1], tall", "the first stroke only"),
    ("_set(ways[random.integers(len(ways))]", "_set(ways[0]", "one way to draw each sign"),
    ("points + bent(points)", "points", "only corners move: no hand bends a whole sign"),
    ("STROKES, random.integers(JUMBLED[0], JUMBLED[1] + 1)", "STROKES, 1",
     "a jumble is one stroke"),
)  # fmt: skip

REST = _of(
    "recipes",
    (" if value or name not in NEW}", "}", "old files seem to be of other recipes"),
    ("max(2, count // 10)", "max(2, count)", "few digits, one batch"),
    ("ceil(1000 * batch_size", "ceil(100 * batch_size", "few digits, a tenth of the steps"),
    ("    return {STORED_AS.get(name, name): value", "    return {name: value",
     "files are written with the code's newer names"),
    ("AUG_LESSON = replace(LESSON, augmentation=NOTEBOOK_AUGMENTATION)", "AUG_LESSON = LESSON",
     "the lesson's aug is not augmented"),
    ("replace(AUG_LESSON, leak=True)", "AUG_LESSON", "the leaking recipe does not leak"),
) + _of(
    "parallel",
    ("    missing = [run for run in runs if not is_finished(", "    missing = [run for run in runs "
     "if not (lambda *_: False)(", "finished runs are trained again"),
    ("folder, resume=True", "folder, resume=False", "a stopped run begins anew"),
    ("            if isinstance(error, BrokenProcessPool):", "            if False:",
     "a killed process ends in a traceback"),
) + _of(
    "reproduction",
    ("    if len(seeds :=", "    if False and len(seeds :=",
     "a stacked training is said to come out otherwise"),
    ("    if apart == 0:", "    if apart < 10:", "any weights are said to be the same"),
) + _of(
    "command_line",
    ("min(first + 1000, 2**31)", "min(first + 1001, 2**31)", "a range may be one seed longer"),
    ("if ranks() > 1 and not given.seeds:", "if False:", "all processes train the same network"),
    ("(os.cpu_count() or 1) // ranks_here()", "(os.cpu_count() or 1)", "more jobs than cores"),
    ('parser.exit(2, f"train.py', 'parser.exit(1, f"train.py', "wrong settings end with status 1"),
    ("    if given.images and not given.seeds:", "    if False:", "--images without --seeds"),
    ("not given.seeds and given.output_dir == DIRECTORY", "False",
     "a network that is none of the page overwrites the page's"),
    ('RECIPES.get(key, ("default",))', "RECIPES.get(key, ())", "the detector is forgotten"),
)  # fmt: skip

SKELETONS = _of(
    "skeletons",
    ("2 <= sum(n) <= 6 and starts == 1", "2 <= sum(n) <= 6", "thinning tears strokes apart"),
    ("for goes in _removable():", "for goes in _removable()[:1]:", "strokes thinned on one side"),
    (" & ~square[1] & ~square[2]", "", "diagonals cut corners"),
    ("(-1, 0), (-1, 1), (0, 1)", "(-1, 0), (0, 1), (-1, 1)", "neighbours in disorder"),
    ("places = np.where(on_the_way, mean, places)", "places = mean", "the ends of strokes shrink"),
    ("places = np.where(on_the_way, mean, places)", "pass", "stairs"),
    ("* 2 / max(high - low)", "* 2 / (high - low)", "every digit is as wide as it is high"),
    ("np.stack([x, y], 1).astype", "np.stack([y, x], 1).astype", "rows for columns"),
    ("ways[random.integers(len(ways))]", "ways[0]", "one way to write each digit"),
    ("if not ruled or not any(s.is_curved for s in way)", "", "curves are drawn with a ruler"),
    ("0.1 if ruled else 1.0", "1.0", "a ruler shakes as a hand"),
)  # fmt: skip

_DIGITS = ("tests/dataset/test_digits.py",)
DATASET = tuple(
    Mutant("mnist_cnn/dataset/digits.py", old, new, what, tests=_DIGITS)
    for old, new, what in (
        ("SPLIT_SEED = 0", "SPLIT_SEED = 1", "another split than that of the shipped networks"),
        ("return order[held_out:], order[:held_out]", "return order, order[:held_out]",
         "validation digits are training digits"),
        ("DATASET.held_out // DATASET.training", "DATASET.held_out // DATASET.learned",
         "a fifth is held out"),
        ("digits.float().div(255) if", "digits.float().div(256) if", "full ink is not 1"),
        ("names = TRAINING if train else TEST\n", "names = TRAINING\n",
         "the training digits are the test digits"),
        ("if published and ", "if not published and ", "another MNIST is not noticed"),
        ("if count < 1 or rest or", "if", "a file that is cut off is read"),
        ("if not values.any() or", "if", "blank images train silently"),
        ("(_raw(directory), Path(directory))", "(_raw(directory),)", "files beside are not found"),
        ("os.replace(path, raw / path.name)", "pass", "what is downloaded is lost"),
        ("DATASET.normalise(to_unit(digits))", "to_unit(digits)", "the networks' input as it is"),
    )
)  # fmt: skip

MUTANTS = (
    *AUGMENT, *SAMPLING, *DAMAGE, *WRITTEN, *OPTIMIZATION, *TRAINING, *CHECKPOINTS, *RUNS,
    *RESULTS, *SHIPPING, *DETECTOR, *REST, *SKELETONS, *DATASET,
)  # fmt: skip
