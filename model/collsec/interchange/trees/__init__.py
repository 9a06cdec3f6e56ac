"""How each form becomes a tree: one file a form, found by its name.

A file has `note`, which says what the tree leaves out; `nodes`, how many it has, at most; `tree`;
and `plan`, how an equilibrium of the form is played in it. What can be chosen, "points" or
"stages", stands in `ASKS`. Where the size goes with a number of members or crises, `COUNTED` says
which, `counted` how many there are, and `nodes` takes another number in the place of it. `SWEEPS`
marks trees that carry batch axes, `CONTINUES` those that end in the value of an equilibrium, and
`QUOTES` those that have an equilibrium's own choice among the moves.
"""
