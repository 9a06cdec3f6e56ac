"""Profiles of hypothesis: the same examples every time, or new ones where they are asked for.

New ones with ``python3 tests --hypothesis-profile=fresh``; a failure then prints what repeats it.
"""

from hypothesis import settings

# No deadline: the first call of a compiled kernel takes seconds.
settings.register_profile("steady", deadline=None, derandomize=True, database=None, print_blob=True)
settings.register_profile("fresh", deadline=None, print_blob=True)
settings.load_profile("steady")
