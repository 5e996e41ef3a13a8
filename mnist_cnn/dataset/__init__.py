"""What the lesson is about: MNIST's facts, its digits, its one split, the embedded test set.

Imports nothing of the package. Start with facts.py: every size, count and constant is asked there.
"""
