"""The command line: parse, call, print. Heavy imports stay inside the commands."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from collsec import __version__
from collsec.parameters import ParameterError


class Commands(TyperGroup):
    """Commands whose errors are one paragraph on stderr: exit code 2 for bad input, else 1."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; every `ValueError` that collsec defines means bad input."""
        try:
            return super().invoke(ctx)
        except (ValueError, ArithmeticError, RuntimeError, OSError) as error:
            said = _said(error)
            if said is None:
                raise
            typer.echo(f"error: {said}", err=True)
            raise typer.Exit(2 if isinstance(error, ValueError) else 1) from None
        except KeyboardInterrupt:
            typer.echo(
                "\nInterrupted. Finished results and finished blocks are kept: "
                "the same command goes on from there.",
                err=True,
            )
            raise typer.Exit(130) from None


def _said(error: Exception) -> str | None:
    """Return what to tell of an error of ours, or of the file system; None of any other."""
    if type(error).__module__.startswith("collsec."):
        return str(error)
    if isinstance(error, OSError) and error.strerror and not isinstance(error, BrokenPipeError):
        place = error.filename or "the output"
        return f"{place}: {error.strerror}; look at the permissions there and the space left"
    return None


app = typer.Typer(
    cls=Commands,
    name="collsec",
    help="A workbench for the game theory of collective security.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=True,
)
new = typer.Typer(help="Start something new from a working skeleton.", no_args_is_help=True)
app.add_typer(new, name="new")


def _version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"collsec {__version__}")
        raise typer.Exit


@app.callback()
def collsec_(
    is_version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Solve games of collective security, compare schools, reproduce the paper."""


Game = Annotated[str, typer.Argument(metavar="GAME", help="A name from `collsec games`.")]
Named = Annotated[
    str,
    typer.Argument(metavar="NAME|FILE", help="An experiment's name, or the path of a .toml file."),
]
Sets = Annotated[
    list[str],
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help='Set a value, written as in TOML: --set taste=0.5, --set "income=[120,100,80]". '
        "levers.NAME and institution.NAME reach those.",
    ),
]
ConfigSets = Annotated[
    list[str],
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Set a value of the config, written as in TOML: --set parameters.taste=0.5, "
        '--set "parameters.income=[120,100,80]", --set levers.monitoring=1, --set seed=7.',
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
INSTITUTION = typer.Option(
    "--institution",
    metavar="NAME|FILE",
    help="A name from `collsec institutions`, or a .toml file.",
)
UNDER = typer.Option(
    "--under", metavar="NAME|FILE", help="A name from `collsec assumptions`, or a .toml file."
)


@app.command()
def games() -> None:
    """List the games and the question each one asks."""
    from collsec.games import catalogue
    from collsec.study.description import describe
    from collsec.study.tables import show_rows

    listed = [(name, describe(catalogue.find(name)).question) for name in catalogue.names()]
    show_rows(("game", "question"), listed)


@app.command()
def show(game: Game) -> None:
    """Show a game: question, equation, parameters, observables, references."""
    from collsec.games import catalogue
    from collsec.study.screens import show_game

    show_game(catalogue.find(game))


@app.command()
def solve(
    game: Annotated[
        str,
        typer.Argument(
            metavar="GAME|FILE", help="A name from `collsec games`, or a .nfg or .efg file."
        ),
    ],
    sets: Sets = [],  # noqa: B006 - typer copies it
    under: Annotated[str, UNDER] = "neutral",
    institution: Annotated[str | None, INSTITUTION] = None,
    is_json: Json = False,
) -> None:
    """Solve one game: every equilibrium with its certificate, and every observable.

    In --json, `equilibria` lists all of them, `played` is the place in that list of the one that
    the selection lever takes, and `observables` are those of the equilibrium played.
    """
    from collsec.interchange.files import is_file_name
    from collsec.study.report import answer
    from collsec.study.request import request
    from collsec.study.screens import show_answer

    if is_file_name(game):
        _solve_file(game, sets, under, institution, is_json)
        return
    (asked,) = request(game, [under], [institution], sets)
    found = answer(*asked)
    if is_json:
        _print_json(found)
    else:
        show_answer(asked[0], found)


@app.command()
def export(
    game: Game,
    kind: Annotated[str, typer.Option("--format", metavar="nfg|efg", help="Gambit's format.")],
    sets: Sets = [],  # noqa: B006
    under: Annotated[str, UNDER] = "neutral",
    institution: Annotated[str | None, INSTITUTION] = None,
    points: Annotated[
        int | None,
        typer.Option(
            "--points",
            metavar="K",
            help="Cells of equal chance for each private draw, and choices where there is a "
            "continuum: offers, levels, amounts to give. 3 unless set; answers approach the game's "
            "as K grows.",
        ),
    ] = None,
    stages: Annotated[
        int | None,
        typer.Option(
            "--stages",
            metavar="T",
            help="Stages of a game that goes on; after the last, the equilibrium that the "
            "selection lever takes is played on. Unless set: one of a repeated game, all periods "
            "in which power shifts, 2 K times in a war of attrition.",
        ),
    ] = None,
) -> None:
    """Print a game as a file for Gambit: strategic (nfg) or extensive (efg) form.

    A game of finitely many moves is written as it is. Private draws become moves of chance between
    K cells, each of which stands for its mean; an equilibrium of the file is then near one of the
    game. A game for ever becomes its first T stages and the value of an equilibrium, which is an
    equilibrium of the file. The file's comment says which of these it is. What would be too large
    is refused with what would fit.

    \b
    The game itself:          collsec export provision_point --format nfg --set n_members=3
    Its tree:                 collsec export unilateral_deterrence --format efg
    Private costs in cells:   collsec export sanctions_signalling --format efg --points 5
    Amounts to choose among:  collsec export private_provision --format nfg --points 5
    A game for ever:          collsec export commitment_problem --format efg --stages 2
    Solve what was written:   collsec export bargaining --format efg > b.efg; collsec solve b.efg
    """  # noqa: D301 - the mark keeps the lines below it as they are
    from collsec.study.exchange import export as export_

    sys.stdout.write(export_(game, kind, under, sets, institution, points=points, stages=stages))


@app.command()
def compare(
    game: Game,
    under: Annotated[list[str], UNDER] = ["realist", "institutionalist"],  # noqa: B006
    institution: Annotated[list[str], INSTITUTION] = [],  # noqa: B006
    sets: Sets = [],  # noqa: B006
    is_json: Json = False,
) -> None:
    """Put the observables of one game side by side: --under A --under B --institution C ..."""
    from collsec.study.report import answer
    from collsec.study.request import request
    from collsec.study.screens import show_comparison

    asked = request(game, under, institution or [None], sets)
    found = [answer(*case) for case in asked]
    if is_json:
        _print_json({"game": game, "cases": found})
    else:
        show_comparison(asked[0][0], found)


@app.command()
def run(name: Named, sets: ConfigSets = []) -> None:  # noqa: B006
    """Run one experiment and save its dataset under results/."""
    from collsec.study.experiment import run_experiment
    from collsec.study.results import log_path, open_result
    from collsec.study.screens import show_result
    from collsec.study.watching import progress_bar

    with progress_bar(name) as progress:
        path = run_experiment(name, sets, progress=progress)
    show_result(path, open_result(path), json.loads(log_path(path).read_text(encoding="utf-8")))


@app.command()
def reproduce(
    only: Annotated[
        str | None, typer.Option("--only", metavar="NAME", help="One experiment and its figure.")
    ] = None,
) -> None:
    """Make every result, figure and the paper; redo only what changed, and say why."""
    from collsec.study.watching import reproduce as reproduce_

    raise typer.Exit(reproduce_(_project(), only))


@app.command()
def verify() -> None:
    """Rebuild everything in a temporary folder and compare it with pytask.lock."""
    from collsec.study.watching import verify as verify_

    raise typer.Exit(verify_(_project()))


@app.command()
def config(
    name: Named,
    sets: ConfigSets = [],  # noqa: B006
    is_origin: Annotated[
        bool, typer.Option("--origin", help="Say which file and line set each value.")
    ] = False,
) -> None:
    """Print every value of an experiment, defaults included, as one JSON object."""
    from collsec.study.config import load
    from collsec.study.experiment import find
    from collsec.study.screens import show_origin

    loaded = load(find(name).config, sets)
    if is_origin:
        show_origin(loaded)
    else:
        _print_json(loaded.resolved())


@app.command()
def schema() -> None:
    """Print the JSON Schema of experiment configs, for editors."""
    from collsec.study.schema import schema as schema_

    _print_json(schema_())


@app.command()
def assumptions(name: Annotated[str | None, typer.Argument(metavar="[NAME|FILE]")] = None) -> None:
    """List the assumption sets, or the levers of one with reasons and sources."""
    from collsec.study.screens import show_assumptions

    show_assumptions(name)


@app.command()
def institutions(name: Annotated[str | None, typer.Argument(metavar="[NAME|FILE]")] = None) -> None:
    """List the institutions, or the values of one with reasons and sources."""
    from collsec.institutions import PRESETS
    from collsec.study.screens import show_presets

    show_presets(PRESETS, name)


@new.command("experiment")
def new_experiment(name: Annotated[str, typer.Argument(metavar="NAME")]) -> None:
    """Write config, script and figure of a new experiment that runs at once."""
    from collsec.study.scaffold import new_experiment as write

    project = _project()
    for path in write(project, name):
        typer.echo(path.relative_to(project))
    typer.echo(f"Run it: collsec run {name}. With its figure: collsec reproduce --only {name}")


def main(arguments: Sequence[str] | None = None) -> None:
    r"""Run the command line; what the terminal lacks a letter for is written as ``\u03b4``."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    app(args=arguments, prog_name="collsec")


def _project() -> Path:
    from collsec.study.experiment import project_root

    root = project_root()
    if root is None:
        raise ParameterError(
            "collsec",
            "project",
            str(Path.cwd()),
            "is not inside a copy of the project",
            "change to the folder that holds pyproject.toml and experiments/",
        )
    return root


def _solve_file(
    path: str, sets: list[str], under: str, institution: str | None, is_json: bool
) -> None:
    from collsec.study.exchange import answer_file, refuse_values, show_file
    from collsec.study.request import assumption_set

    refuse_values(path, sets, institution)
    found = answer_file(path, assumption_set(under))
    if is_json:
        _print_json(found)
    else:
        show_file(found)


def _print_json(value: object) -> None:
    text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
    sys.stdout.write(text + "\n")
