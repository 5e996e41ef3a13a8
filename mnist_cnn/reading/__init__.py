"""How a picture is read: image file → brightness → ink → digit → answer, or a reason for none.

Imports dataset, networks and arguments. Start with preprocess.py, then predict.py.
"""
