"""How Sphinx builds the documentation; the reference is written first, by `docs.generate`."""

import importlib.util
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import collsec  # noqa: E402
from docs import generate  # noqa: E402
from docs.generate.text import prose  # noqa: E402

project = "collsec"
author = "The collsec authors"
version = release = collsec.__version__
project_copyright = author

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.mathjax",
]
exclude_patterns = ["_build"]
default_role = "literal"
smartquotes = False  # they would turn the two dashes of an option into one
nitpicky = True
add_module_names = False

myst_enable_extensions = ["dollarmath", "deflist", "colon_fence"]
myst_heading_anchors = 3

autodoc_typehints = "none"
autodoc_class_signature = "separated"
autodoc_member_order = "bysource"
numpydoc_show_class_members = False
numpydoc_validation_checks: set[str] = set()

# MathJax comes from a package, as one file, so that pages show equations without a network.
MATHJAX = Path(importlib.util.find_spec("sphinx-mathjax-offline").origin).parent
mathjax_path = "tex-svg.js"

html_theme = "pydata_sphinx_theme"
html_title = "collsec"
html_static_path = ["static", str(MATHJAX / "static" / "mathjax" / mathjax_path)]
html_css_files = ["collsec.css"]
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "navbar_align": "left",
    "navigation_depth": 3,
    "show_toc_level": 2,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "pygments_light_style": "tango",
}
html_sidebars = {"tutorial": [], "proved": []}


def escape(_app, _what, _name, _object, _options, lines):
    """Make a docstring safe for reStructuredText before numpydoc reads it."""
    lines[:] = prose("\n".join(lines)).split("\n")


def setup(app):
    """Write the reference before anything is read."""
    generate.write(HERE / "reference")
    app.connect("autodoc-process-docstring", escape, priority=100)
