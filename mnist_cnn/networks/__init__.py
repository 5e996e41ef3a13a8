"""The networks as rows of a table, the kinds of their layers, and the files of their weights.

Imports dataset and arguments. Start with the table MODELS in models.py; what its networks may be
made of says LAYER_KINDS in layers.py. The network that finds ink is in unet.py;
variants.py has those that learners train.
"""
