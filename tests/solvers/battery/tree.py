"""Game trees."""

import numpy as np

from collsec.forms.branches import chance, decision, end
from collsec.forms.tree import BELIEF, TreeForm
from tests.solvers.known import Known, mixes

NEAR = mixes
PARTIAL = {"backward_induction"}
MODEST = {"agent_logit"}


def has_hidden_nodes(form):
    return not form.has_perfect_information


REFUSES = {"backward_induction": has_hidden_nodes, "subgame_perfect": has_hidden_nodes}


def entry_deterrence():
    """The incumbent would share once it is challenged, 2 > 0, so the entrant comes in, 2 > 1.

    To stay out for fear of a fight is a Nash equilibrium, but the fight would cost 2.
    """
    reply = decision("incumbent", "reply", {"fight": end(0, 0), "share": end(2, 2)})
    root = decision("entrant", "entry", {"out": end(1, 5), "in": reply})
    return Known(
        TreeForm.grow(root, ("entrant", "incumbent")),
        [{"entry": [0, 1], "reply": [0, 1]}],
        source="selten1978chain",
        scale=5.0,
        wrong=[
            ({"entry": [1, 0], "reply": [1, 0]}, 2.0),
            ({"entry": [1, 0], "reply": [0, 1]}, 1.0),
        ],
    )


def centipede():
    """Each takes at once: 1 > 0, 2 > 1, 3 > 2, whoever is next."""
    last = decision("A", "third", {"take": end(3, 1), "pass": end(2, 4)})
    middle = decision("B", "second", {"take": end(0, 2), "pass": last})
    root = decision("A", "first", {"take": end(1, 0), "pass": middle})
    take = {name: [1, 0] for name in ("first", "second", "third")}
    return Known(
        TreeForm.grow(root, ("A", "B")), [take], scale=4.0,
        wrong=[({name: [0, 1] for name in take}, 1.0)],
    )  # fmt: skip


def ultimatum_with_a_tie():
    """Half is accepted; nothing is accepted or refused. So nothing is offered, or half.

    In mixed strategies there is a continuum: nothing is offered where it is accepted with 1/2 or
    more.
    """

    def offer(name, keep):
        take = {"accept": end(keep, 1 - keep), "refuse": end(0, 0)}
        return decision("responder", name, take)

    root = decision("proposer", "offer", {"half": offer("half", 0.5), "nothing": offer("none", 1)})
    return Known(
        TreeForm.grow(root, ("proposer", "responder")),
        [
            {"offer": [0, 1], "half": [1, 0], "none": [1, 0]},
            {"offer": [1, 0], "half": [1, 0], "none": [0, 1]},
        ],
        is_isolated=False,
        doubtful={"signalling", "agent_logit"},
        wrong=[({"offer": [1, 0], "half": [1, 0], "none": [1, 0]}, 0.5)],
    )


def a_draw_before_a_choice():
    """A lottery of 3 or 0 at equal odds is worth less than 2 to one who gets its mean, 1.5."""
    lottery = chance({"up": (0.5, end(3.0, 0.0)), "down": (0.5, end(0.0, 1.0))})
    root = decision("A", "choice", {"safe": end(2.0, 0.0), "lottery": lottery})
    return Known(
        TreeForm.grow(root, ("A", "B")), [{"choice": [1, 0]}], scale=3.0,
        wrong=[({"choice": [0, 1]}, 0.5)],
    )  # fmt: skip


def card_game():
    """Raise or show a red or a black card; the other meets or passes. Only one equilibrium.

    Bluffing with 1/3 makes black 1/4 of the raises, so that meeting, -2 * 3/4 + 2 * 1/4, pays -1 as
    passing does; meeting with 2/3 makes a bluff worth 1/3 - 4/3 = -1, as showing black does.
    """

    def card(colour, sign):
        reply = {"meet": end(2 * sign, -2 * sign), "pass": end(1, -1)}
        moves = {"raise": decision("two", "raised", reply), "show": end(sign, -sign)}
        return decision("one", colour, moves)

    deal = {"red": (0.5, card("red", 1.0)), "black": (0.5, card("black", -1.0))}
    bluff = {"red": [1, 0], "black": [1 / 3, 2 / 3], "raised": [2 / 3, 1 / 3]}
    honest = {"red": [1, 0], "black": [0, 1], "raised": [2 / 3, 1 / 3]}
    return Known(
        TreeForm.grow(chance(deal), ("one", "two")),
        [{**bluff, BELIEF + "raised": [3 / 4, 1 / 4]}],
        source="myerson1991game",
        scale=2.0,
        wrong=[
            ({**bluff, BELIEF + "raised": [1 / 2, 1 / 2]}, np.inf),
            ({**honest, BELIEF + "raised": [1, 0]}, 2 / 3),
        ],
    )


def beer_and_quiche():
    """A sender, weak with 1/10, likes beer if strong and quiche if weak, by 1, a duel less, by 2.

    The receiver would fight the weak. Both drink beer or both eat quiche, nobody fights, and who
    does otherwise is taken for weak with at least 1/2 and fought, with at least 1/2.
    """

    def breakfast(strength, meal):
        def after(duel):
            sender = (meal == {"weak": "quiche", "strong": "beer"}[strength]) + 2.0 * (not duel)
            return end(sender, float(duel == (strength == "weak")))

        return decision("receiver", meal, {"duel": after(True), "not": after(False)})

    def sender(strength):
        meals = {meal: breakfast(strength, meal) for meal in ("beer", "quiche")}
        return decision("sender", strength, meals)

    deal = {"weak": (0.1, sender("weak")), "strong": (0.9, sender("strong"))}
    prior = [0.1, 0.9]

    def pooling(meal, other, choice):
        return {
            "weak": choice, "strong": choice, meal: [0, 1], other: [1, 0],
            BELIEF + meal: prior, BELIEF + other: [1, 0],
        }  # fmt: skip

    both = pooling("beer", "quiche", [1, 0]), pooling("quiche", "beer", [0, 1])
    mild = {**both[1], "beer": [0, 1], BELIEF + "beer": [0, 1]}
    return Known(
        TreeForm.grow(chance(deal), ("sender", "receiver")),
        list(both),
        source="cho1987signaling",
        scale=3.0,
        is_isolated=False,
        free=("beer", "quiche", BELIEF + "beer", BELIEF + "quiche"),
        wrong=[(mild, 1.0), ({**both[0], "weak": [0, 1]}, None)],
    )
