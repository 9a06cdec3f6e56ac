"""Games, one file each, found by their place: a file below this folder is a game of that name."""

from collsec.games.catalogue import find, names

__all__ = ["find", "names"]
