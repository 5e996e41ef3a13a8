"""How networks travel: golden pairs, the Hugging Face Hub, and the set that answers just now.

Imports everything but page. Start with live.py, then hub.py.
"""
