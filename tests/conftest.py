"""Profiles of hypothesis: the same examples every time in CI, new ones at the desk."""

import os

from hypothesis import settings

# No deadline: the first call of a compiled kernel takes seconds.
settings.register_profile("desk", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, database=None, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")
