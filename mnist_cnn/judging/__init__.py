"""How good the networks are: on test digits, on people's handwriting, on changed digits.

Imports everything that comes before it, never learning. Start with metrics.py.
"""
