"""Games from and for other programs: Gambit's files of strategic and extensive games."""

from __future__ import annotations

from collsec.interchange.conversion import as_normal, as_tree, in_normal, in_tree
from collsec.interchange.detail import Detail
from collsec.interchange.efg import read_efg, write_efg
from collsec.interchange.files import read_game, write_game
from collsec.interchange.grid import on_grid
from collsec.interchange.nfg import read_nfg, write_nfg
from collsec.interchange.scanner import FileError

__all__ = [
    "Detail",
    "FileError",
    "as_normal",
    "as_tree",
    "in_normal",
    "in_tree",
    "on_grid",
    "read_efg",
    "read_game",
    "read_nfg",
    "write_efg",
    "write_game",
    "write_nfg",
]
