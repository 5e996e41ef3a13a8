"""Why a network answers as it does: filters, layers, the arithmetic of a unit, perturbed digits.

Imports dataset, networks, reading and arguments; draws nothing. Start with activations.py.
"""
