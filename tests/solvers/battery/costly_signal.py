"""Signals of two types, where the receiver's cost of war is even on [-0.1, 0.9].

After a message after which r of the senders would fight, it pushes up to a cost of (1-r)/r: with
chance min(1, 0.1 + (1-r)/r), 0.1 if all would. The types value the prize at 0.5 and 1.2, and war
costs them 0.6: unless its hands are tied the first gives in if pushed, and the second, which has
0.6 by a war, fights. Arrays have a row a type, a column a message.

Both are as likely, but in the last game. Then nobody is silent in vain: were both silent, at most
half would fight, all would be pushed, and the second type would signal, if it is not too dear. So
silence means that the sender would give in, and is pushed.
"""

import numpy as np

from collsec.assumptions.levers import Assumptions
from collsec.forms.costly_signal import CostlySignalForm
from tests.solvers.known import Known, chances, mixes

NEAR = {"signal": mixes, "fight": chances, "push": chances}


def signals(sunk=0.0, tied=0.0, levers=None, **given):
    values = {
        "value": [0.5, 1.2], "chance": [0.5, 0.5], "pledged": [0.0, 1.0],
        "war_cost": 0.6, "eager": 0.1, "reluctant": 0.9,
    } | given  # fmt: skip
    form = CostlySignalForm(
        sunk=np.array([0.0, sunk]), tied=np.array([0.0, tied]),
        **{name: np.asarray(value, dtype=float) for name, value in values.items()},
    )  # fmt: skip
    return form.under(Assumptions(**(levers or {})))


def plan(low, high, push, fight=((0, 0), (1, 1)), unsent=(0.5, 0.5)):
    """Return play by both types' chances to signal; `unsent` is believed where nobody sends."""
    return {
        "signal": [[1 - low, low], [1 - high, high]],
        "fight": fight,
        "push": push,
        "belief": [[unsent[0]] * 2, [unsent[1]] * 2],
    }


def known(form, *equilibria, **rest):
    return Known(form, list(equilibria), free=("belief",), scale=2.0, **rest)


def bluff():
    """A signal sinks 0.3. The first type is indifferent if pushed with π: (1-π)/2 = 0.3, π = 0.4.

    So (1-r)/r = 0.3, which a bluff with chance 0.3 makes. The second type has 0.66 rather than 0.6.
    If nobody bluffs, with a push of 0.1, the first type gains 0.45 - 0.3 by it.
    """
    return known(
        signals(sunk=0.3),
        plan(0.3, 1, [1, 0.4]),
        source="fearon1997signaling",
        wrong=[(plan(0, 1, [1, 0.1]), 0.15)],
    )


def telling_apart():
    """A signal sinks 0.5, more than the 0.45 it is worth to the first type, less than 0.54.

    Wrong are, each with all else optimal given it: to fight after silence, though giving in is
    better by 0.1, so that silence is pushed with 0.1 only and nobody signals; to push with 0.4 who
    would certainly fight, where a cost up to 0.3 is borne for nothing; and not to signal.
    """
    return known(
        signals(sunk=0.5),
        plan(0, 1, [1, 0.1]),
        source="fearon1997signaling",
        wrong=[
            (plan(0, 0, [0.1, 0.1], fight=((1, 0), (1, 1)), unsent=(0, 1)), 0.01),
            (plan(0, 0, [1, 0.4], unsent=(0, 1)), 0.3),
            (plan(0, 0, [1, 0.1], unsent=(0, 1)), 0.04),
        ],
    )


def too_dear():
    """A signal sinks 0.6, more than it is worth to anybody; nobody sends it, and all are pushed.

    It would be laid to the second type, which gains by it for more replies.
    """
    return known(signals(sunk=0.6), plan(0, 0, [1, 0.1], unsent=(0, 1)))


def tied_a_little():
    """To give in after a signal costs 0.05: (1-π)/2 = 0.05 π at π = 10/11, and x = π - 0.1."""
    push = 10 / 11
    return known(signals(tied=0.05), plan(push - 0.1, 1, [1, push]), source="fearon1997signaling")


def tied_enough():
    """To give in after a signal costs 0.2: even the first type, by whom war costs 0.1, fights.

    So both signal and are pushed with 0.1. Silence would be laid to the first type, which has 0.44
    and not 1.14 to lose, and would gain by it if pushed with less than 0.12, the second with less
    than 0.1.
    """
    return known(
        signals(tied=0.2),
        plan(1, 1, [1, 0.1], fight=((0, 1), (1, 1)), unsent=(1, 0)),
        source="fearon1997signaling",
        wrong=[
            (plan(1, 1, [1, 1], fight=((0, 0), (1, 1)), unsent=(1, 0)), 0.2),
        ],
    )


def a_pledge_seen_by_half():
    """A mandate makes war cost 0.48, and the broken pledge costs 1/2 · 1/6 · 0.6 = 0.05.

    As the first type values the prize at 0.4, it gives in: 0.4 (1 - π) = 0.05 π at π = 8/9.
    """
    form = signals(
        levers={"monitoring": 0.5, "pledge_cost": 1 / 6, "legitimacy": 0.2},
        value=[0.4, 1.2], mandate=1.0,
    )  # fmt: skip
    return known(form, plan(8 / 9 - 0.1, 1, [1, 8 / 9]))


def known_for_resolve():
    """The second type is 3/4, so that even silence may be respected; a signal sinks 0.5.

    A signal, which the first type never sends (0.45 < 0.5), leaves the second 1.14 - 0.5 = 0.64. If
    nobody signals, silence is pushed with 0.1 + 1/3 and worth 0.94 to it; if it alone does, silence
    is always pushed and worth 0.6; and if it does with 0.6, 6/11 of the silent would fight, silence
    is pushed with 0.1 + 5/6 and worth 1.2 - 0.56 = 0.64. Three equilibria: who signals more makes
    silence worse. To push all the silent where nobody signals loses, by the highest cost, 3/4 · 0.9
    - 1/4, more than the 0.04 that the second type loses by silence then.
    """
    return known(
        signals(sunk=0.5, chance=[0.25, 0.75]),
        plan(0, 1, [1, 0.1]),
        plan(0, 0.6, [0.1 + 5 / 6, 0.1]),
        plan(0, 0, [0.1 + 1 / 3, 0.1], unsent=(0, 1)),
        wrong=[(plan(0, 0, [1, 0.1], unsent=(0, 1)), 0.425)],
    )
