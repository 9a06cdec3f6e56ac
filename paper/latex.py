"""The same numbers and tables for authors who write in LaTeX."""

from __future__ import annotations

import re
from collections.abc import Mapping

from paper.quoted import Quoted
from paper.tables import Table

_SPECIAL = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "<": r"\(<\)", ">": r"\(>\)", "−": r"\(-\)", "–": "--", "×": r"\(\times\)", "∞": r"\(\infty\)",
    "≥": r"\(\ge\)", "≤": r"\(\le\)", "∈": r"\(\in\)", "ℓ": r"\(\ell\)", "·": r"\(\cdot\)",
    "→": r"\(\to\)", "²": r"\(^2\)", "≠": r"\(\ne\)", "Σ": r"\(\sum\)", "“": "``", "”": "''",
    "’": "'", "…": r"\dots{}",
}  # fmt: skip
_LETTERS = (
    "αalpha βbeta γgamma δdelta εepsilon ζzeta ηeta θtheta ιiota κkappa λlambda μmu νnu ξxi πpi "
    "ρrho σsigma τtau υupsilon φphi χchi ψpsi ωomega ΔDelta ΛLambda ΠPi ΦPhi ΨPsi ΩOmega"
)
_GREEK = {item[0]: item[1:] for item in _LETTERS.split()}
_TABLE = str.maketrans(_SPECIAL | {letter: rf"\(\{name}\)" for letter, name in _GREEK.items()})
_POWERS = re.compile("10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_PLAIN = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_SUBSCRIPT = re.compile(r"(?<!\w)(\w|[^\W\d_])_(\w+)(?!\w)")


_DEFINITION = r"""% made by paper/build.py; use as \collsec{key}
\makeatletter
\newcommand{\collsec}[1]{\@ifundefined{collsec@#1}%
  {\PackageError{collsec}{no number named #1}{}}{\csname collsec@#1\endcsname}}"""


def numbers(quoted: Mapping[str, Quoted]) -> str:
    r"""Return definitions that make ``\collsec{key}`` the number; an unknown key is an error."""
    lines = [_DEFINITION]
    for key, entry in quoted.items():
        lines.append(rf"\expandafter\def\csname collsec@{key}\endcsname{{{escaped(entry.text)}}}")
    return "\n".join([*lines, r"\makeatother", ""])


def tabular(table: Table) -> str:
    """Return a table as a ``tabular`` with the rules of the package booktabs."""
    columns = "l" * len(table.header)
    lines = [rf"\begin{{tabular}}{{{columns}}}", r"\toprule", _row(table.header), r"\midrule"]
    lines += [_row(row) for row in table.rows]
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}", ""])


def escaped(text: str) -> str:
    """Return text with everything escaped that LaTeX reads in its own way."""
    found: list[str] = []

    def keep(piece: str) -> str:
        found.append(piece)
        return f"\x00{len(found) - 1}\x00"

    text = _POWERS.sub(lambda m: keep(rf"\(10^{{{m[1].translate(_PLAIN)}}}\)"), text)
    text = _SUBSCRIPT.sub(lambda m: keep(rf"\({_letter(m[1])}_{{{_letter(m[2])}}}\)"), text)
    return re.sub("\x00(\\d+)\x00", lambda m: found[int(m[1])], text.translate(_TABLE))


def _letter(symbol: str) -> str:
    return rf"\{_GREEK[symbol]} " if symbol in _GREEK else symbol


def _row(cells: tuple[str, ...]) -> str:
    return " & ".join(escaped(cell) for cell in cells) + r" \\"
