"""All equilibria of participation games of few members, proved to be all by branch and prune.

The box of all cutoffs is cut in two again and again. A part is done with when interval bounds show
that it holds no equilibrium, or exactly one; see `_participation_boxes`. Where nothing is left, no
equilibrium is missing.
"""

from __future__ import annotations

from collsec.equilibrium import Equilibria, certify
from collsec.forms.participation import ParticipationForm
from collsec.parameters import ParameterError
from collsec.solvers._kinds import checks_kind
from collsec.solvers._participation_order import size
from collsec.solvers._participation_tree import enumerated

MAX_MEMBERS = 10
"""Most members: bounds cost 2^n_members each."""
MAX_EQUILIBRIA = 96
"""Most equilibria kept per game; where there are more the set is not proved."""
MAX_BOXES = 100_000
"""Boxes looked at before a game is given up."""


@checks_kind
def branch_and_prune(form: ParticipationForm, max_boxes: int = MAX_BOXES) -> Equilibria:
    """Find all equilibria of a batch of participation games, with proof where `max_boxes` suffice.

    Each box of cutoffs is cut back to the best replies to it and to Krawczyk's enclosure; one that
    is left undecided is cut in two where the chances to answer differ most. What is undecided when
    all boxes are spent, or when a box is too small to cut, leaves the set unproved: equilibria that
    are not isolated, or nearly so, or lie where the distribution of costs has a kink. Games in
    which answering costs a member the same whatever it draws are left out. The game is that which
    the form's own payoffs are found by: of the contest itself where capabilities share no unit and
    solvers use waves, on its lattice otherwise. Rounding is allowed for.

    Returns
    -------
    Equilibria
        Strategies ``answer``, shape (*batch, n_equilibria, n_members, 2): chances to answer and to
        stay out, ordered by the expected number of units that answer. `complete` is true where no
        box is left. Costs O(n_members^2 2^n_members) per box, and boxes grow in number with the
        members, with the equilibria, and as spreads fall.

    Raises
    ------
    ParameterError
        If there are more than `MAX_MEMBERS` members.
    CertificateError
        If a single game has no equilibrium that passes.
    """
    if form.n_members > MAX_MEMBERS:
        raise ParameterError(
            "branch_and_prune",
            "n_members",
            form.n_members,
            f"exceeds {MAX_MEMBERS}, as bounds cost 2^n_members",
            "call `participation`",
        )
    answer, index, centroid, proved = enumerated(form, max_boxes, MAX_EQUILIBRIA)
    return certify(
        form,
        {"answer": answer},
        complete=proved,
        scope="all equilibria",
        method="branch and prune: best replies to boxes, Krawczyk's enclosure",
        index=index,
        centroid=centroid,
        scale=size(form),
    )
