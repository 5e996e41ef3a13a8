"""The networks as rows of a table, and the safetensors files that hold their weights.

Imports dataset and arguments. Start with the table MODELS in models.py.
"""
