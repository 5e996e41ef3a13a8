"""How networks come about: augmentation, recipes, training, many runs, and which one is shipped.

Imports everything that comes before it. Start with recipes.py, then training.py; train.py calls
runs.py.
"""
