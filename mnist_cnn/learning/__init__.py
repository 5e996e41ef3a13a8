"""How networks come about: augmentation, recipes, training, many runs, and which one is shipped.

Imports everything that comes before it. train.py asks command_line.py what to do; from there a
digit goes the way recipes.py (how) → training.py (epochs; a step is in optimization.py, what is
kept between epochs in checkpoints.py) → runs.py (one run into a folder) → results.py (calibrated,
judged, written) → parallel.py (many runs) → seed_study.py (what they came to) → shipping.py (the
best one). What digits are varied by is in augment.py and damage.py; written.py writes some
(strokes: skeletons.py). The ink finder learns from pages.py in ink_training.py. Trainings with
settings of one's own are in experiments.py, seen through watching.py, done by worker.py. Start
with recipes.py, then training.py.
"""
