"""Which file holds which kind of game, told by the end of its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from collsec.forms.form import Form
from collsec.interchange.conversion import as_normal, as_tree, note
from collsec.interchange.detail import Detail
from collsec.interchange.efg import read_efg, write_efg
from collsec.interchange.nfg import read_nfg, write_nfg
from collsec.interchange.scanner import FileError
from collsec.parameters import ParameterError

Reader = Callable[[str, Path | str], Form]
Writer = Callable[[Form, Detail, str, str], str]

READERS: Mapping[str, Reader] = MappingProxyType({"nfg": read_nfg, "efg": read_efg})
WRITERS: Mapping[str, Writer] = MappingProxyType(
    {
        "nfg": lambda form, detail, title, comment: write_nfg(
            as_normal(form, detail), title, comment
        ),
        "efg": lambda form, detail, title, comment: write_efg(
            as_tree(form, detail), title, comment
        ),
    }
)


def is_file_name(name: str) -> bool:
    """Whether a name is that of a file, and no game's: it has an end or names a folder.

    A config (.toml) holds no game; it is left to `catalogue.find` to say how it is run.
    """
    return _kind(name) != "toml" and (_kind(name) != "" or Path(name).name != name)


def _kind(path: Path | str) -> str:
    return Path(path).suffix.removeprefix(".").lower()


def read_game(path: Path | str) -> Form:
    """Return the game of a file; raise `FileError`, with the line, where there is none."""
    reader = READERS.get(_kind(path))
    if reader is None:
        raise FileError(path, 0, "is no kind of file known; give its name the end .nfg or .efg")
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise FileError(path, 0, "no such file; check the path") from None
    except UnicodeDecodeError:
        raise FileError(path, 0, "is not UTF-8 text; save it as UTF-8") from None
    except OSError as error:
        raise FileError(path, 0, f"cannot be read: {error.strerror}") from None
    except ValueError:  # of a name that no file can have
        raise FileError(repr(path), 0, "is no file's name; check the path") from None
    return reader(text, path)


def write_game(
    form: Form,
    kind: str,
    detail: Detail = Detail(),  # noqa: B008 - it is frozen
    title: str = "",
    comment: str = "",
) -> str:
    """Return the text of a file of this kind, "nfg" or "efg", that holds one game.

    Private draws, continua of choices and games without an end are cut down as `detail` says; see
    `as_tree` and `as_normal`. The file says how in its comment, unless it is given another.
    """
    if kind not in WRITERS:
        raise ParameterError(
            "export", "format", kind, f"must be one of {', '.join(WRITERS)}", "choose one of them"
        )
    return WRITERS[kind](form, detail, title, comment or note(form, kind, detail))
