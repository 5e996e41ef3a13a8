"""One file per room: it lays itself out, and says how it is filled."""
