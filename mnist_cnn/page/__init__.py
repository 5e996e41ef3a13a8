"""The page and the endpoints: Gradio is known here and nowhere else.

Imports every other package; rooms never import each other. Start with page.py and its table ROOMS.
"""
