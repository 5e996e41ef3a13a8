"""How networks travel: golden pairs, sets of weights, the Hugging Face Hub, the set that answers.

Imports everything but page. Start with weight_set.py (what travels), then hub.py (how).
"""
