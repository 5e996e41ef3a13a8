"""What several rooms show, and Gradio's components with the manners of this page: a file each.

A script lies beside the Python of the same name; kernel.js belongs to the room Convolution.
"""
