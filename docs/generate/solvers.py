"""One page for each solver file: what it finds, and what its functions take and return."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import typing
from collections.abc import Callable
from types import ModuleType
from typing import Any

import collsec.solvers
from collsec.equilibrium import Equilibria
from collsec.forms.form import Form
from docs.generate import Pages
from docs.generate.text import docstring, first_line, heading, page, table, toctree


def modules() -> dict[str, ModuleType]:
    """Return every public file of solvers by its name."""
    found = pkgutil.iter_modules(collsec.solvers.__path__)
    names = [info.name for info in found if not info.name.startswith("_")]
    return {name: importlib.import_module(f"collsec.solvers.{name}") for name in names}


def functions(module: ModuleType) -> dict[str, Callable[..., Any]]:
    """Return the public functions that a file defines, the one of its name first."""
    own = {
        name: value
        for name, value in vars(module).items()
        if not name.startswith("_")
        and inspect.isfunction(getattr(value, "py_func", value))
        and value.__module__ == module.__name__
    }
    stem = module.__name__.rpartition(".")[2]
    return dict(sorted(own.items(), key=lambda item: item[0] != stem))


def solvers() -> dict[str, tuple[type[Form], ...]]:
    """Return every function that returns equilibria, by its full name, with the forms it takes."""
    found = {}
    for module in modules().values():
        for name, function in functions(module).items():
            hints = typing.get_type_hints(getattr(function, "py_func", function))
            kind = hints.pop("return", None)
            if inspect.isclass(kind) and issubclass(kind, Equilibria):
                first = next(iter(hints.values()), None)
                kinds = typing.get_args(first) or (first,)
                forms = [one for one in kinds if inspect.isclass(one) and issubclass(one, Form)]
                found[f"{module.__name__}.{name}"] = tuple(forms)
    return found


def pages() -> Pages:
    """Return a page for each file of solvers, and the list."""
    made = {f"solvers/{name}": _page(name, module) for name, module in modules().items()}
    rows = [_row(name, module) for name, module in modules().items()]
    text = (
        "A solver takes a form and returns :py:class:`~collsec.equilibrium.Equilibria`, each "
        "certified by the form. Where none is named, ``collsec.solve`` takes the default of the "
        "form. Files without a form give benchmarks, chances and indices."
    )
    head = ("solver", "form", "what it does")
    index = page(
        "Solvers", text, table(head, rows), heading("What they return"),
        ".. autoclass:: collsec.equilibrium.Equilibria\n   :members:",
        ".. autoclass:: collsec.equilibrium.Selection\n   :members:\n   :undoc-members:",
        ".. autofunction:: collsec.equilibrium.certify",
        ".. autofunction:: collsec.study.solving.solve",
        toctree(modules(), "hidden"), label="solvers",
    )  # fmt: skip
    return {"solvers/index": index, **made}


def _row(name: str, module: ModuleType) -> tuple[str, ...]:
    taken = {form.__name__: form for path, kinds in solvers().items()
             if path.startswith(f"{module.__name__}.") for form in kinds}  # fmt: skip
    forms = ", ".join(f":py:class:`~{form.__module__}.{form.__name__}`" for form in taken.values())
    return f":doc:`{name}`", forms, first_line(module)


def _page(name: str, module: ModuleType) -> str:
    classes = [
        value
        for key, value in vars(module).items()
        if inspect.isclass(value) and value.__module__ == module.__name__ and key[0] != "_"
    ]
    return page(
        name,
        docstring(module),
        heading("Functions"),
        *(f".. autofunction:: {module.__name__}.{one}" for one in functions(module)),
        *([heading("Classes")] if classes else []),
        *(f".. autoclass:: {module.__name__}.{kind.__name__}\n   :members:" for kind in classes),
        label=f"solver-{name}",
    )
