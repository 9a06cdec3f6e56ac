"""Which file holds which kind of game, told by the end of its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from collsec.forms.form import Form
from collsec.interchange.conversion import as_normal, as_tree
from collsec.interchange.efg import read_efg, write_efg
from collsec.interchange.grid import on_grid
from collsec.interchange.nfg import read_nfg, write_nfg
from collsec.interchange.scanner import FileError
from collsec.parameters import ParameterError

Reader = Callable[[str, Path | str], Form]
Writer = Callable[[Form], str]

READERS: Mapping[str, Reader] = MappingProxyType({"nfg": read_nfg, "efg": read_efg})
WRITERS: Mapping[str, Writer] = MappingProxyType(
    {"nfg": lambda form: write_nfg(as_normal(form)), "efg": lambda form: write_efg(as_tree(form))}
)


def is_game_file(name: str) -> bool:
    """Whether a name is that of a file which `read_game` reads."""
    return Path(name).suffix.removeprefix(".") in READERS


def read_game(path: Path | str) -> Form:
    """Return the game of a file; raise `FileError`, with the line, where there is none."""
    reader = READERS.get(Path(path).suffix.removeprefix("."))
    if reader is None:
        raise FileError(path, 0, f"is no kind of file known; name one of {', '.join(READERS)}")
    try:
        text = Path(path).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise FileError(path, 0, "no such file; check the path") from None
    except UnicodeDecodeError:
        raise FileError(path, 0, "is not UTF-8 text; save it as UTF-8") from None
    except OSError as error:
        raise FileError(path, 0, f"cannot be read: {error.strerror}") from None
    return reader(text, path)


def write_game(form: Form, kind: str, points: int | None = None) -> str:
    """Return the text of a file of this kind, "nfg" or "efg", that holds one game.

    Games with a continuum of choices are written with so many `points` of it; see `on_grid`.
    """
    if kind not in WRITERS:
        raise ParameterError(
            "export", "format", kind, f"must be one of {', '.join(WRITERS)}", "choose one of them"
        )
    return WRITERS[kind](form if points is None else on_grid(form, points))
