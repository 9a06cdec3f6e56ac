"""Forms whose strategic form is smaller, or nearer at hand, than the plans for their tree.

One file a form, found by its name. A file has `note`, which says what the table leaves out;
`counts`, the number of each player's strategies; `table`; and `plan`, how an equilibrium of the
form is played in it, by player. `ASKS` and `SWEEPS` are as in `collsec.interchange.trees`.
"""
