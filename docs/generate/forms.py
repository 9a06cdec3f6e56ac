"""One page for each form: what it is, and which solvers and games go with it."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import collsec.forms
from collsec.forms.form import Form
from collsec.games import catalogue
from docs.generate import Pages
from docs.generate.solvers import solvers
from docs.generate.text import docstring, first_line, heading, page, table, toctree


def forms() -> dict[str, type[Form]]:
    """Return every form by its name."""
    found = {}
    for info in pkgutil.iter_modules(collsec.forms.__path__, "collsec.forms."):
        module = importlib.import_module(info.name)
        for name, value in vars(module).items():
            is_form = inspect.isclass(value) and issubclass(value, Form) and value is not Form
            if is_form and value.__module__ == module.__name__ and not inspect.isabstract(value):
                found[name] = value
    return dict(sorted(found.items()))


def pages() -> Pages:
    """Return a page for each form, and the list."""
    made = {f"forms/{name}": _page(name, form) for name, form in forms().items()}
    rows = [(f":doc:`{name}`", first_line(form)) for name, form in forms().items()]
    text = (
        "A game makes a form: material payoffs in arrays, with batch axes in front. ``under`` is "
        "the only place where an assumption changes a payoff, and ``regret`` is the certificate."
    )
    index = page(
        "Forms", text, table(("form", "what it is"), rows),
        heading("What every form offers"),
        ".. autoclass:: collsec.forms.form.Form\n   :members:",
        toctree(forms(), "hidden"), label="forms",
    )  # fmt: skip
    return {"forms/index": index, **made}


def _page(name: str, form: type[Form]) -> str:
    module = importlib.import_module(form.__module__)
    solved = [f":py:func:`~{path}`" for path, kinds in solvers().items() if form in kinds]
    played = [
        f":doc:`/reference/games/{game}`"
        for game in catalogue.names()
        if type(catalogue.find(game)().form()) is form
    ]
    return page(
        name,
        docstring(module),
        heading("Definition"),
        f"Made by {', '.join(played) or 'no game of the catalogue'}. "
        f"Solved by {', '.join(solved) or 'no solver of its own'}.",
        f".. autoclass:: {form.__module__}.{name}\n   :members:\n   :show-inheritance:",
        label=f"form-{name}",
    )
