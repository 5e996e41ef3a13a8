"""One file or package per room: `build` lays it out, and says how it is filled.

A room imports what the page shares, never another room. Start with compare.py, the shortest.
"""
