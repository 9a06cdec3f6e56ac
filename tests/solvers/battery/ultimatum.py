"""Ultimatums.

A responder of cost c takes the share 1 - x that is left to it iff c >= x - p, so that an offer of
x = p + q is refused with the chance that c is below q. With costs even on [0, 0.6] and a cost k of
the proposer it is worth p + q - (q/0.6) (q + k) to it, the most at q = (0.6 - k)/2, and (q' - q)²
/0.6 less at another q'.
"""

from collsec.assumptions.levers import Assumptions
from collsec.forms.ultimatum import UltimatumForm
from tests.solvers.known import Known, numbers

NEAR = numbers


def ultimatum(power, cost, lowest, highest, levers=None, **given):
    form = UltimatumForm(power, cost, lowest, highest, **given)
    return form.under(Assumptions(**(levers or {})))


def reply(offer, accept_from):
    return {"offer": offer, "accept_from": accept_from}


def known_cost():
    """The responder's cost is 1/4, so that it takes 1 - p - 1/4; any lower offer gives this away.

    To keep 0.6 costs 0.15. A responder that takes 0.6 of which it could have 0.5 by a war loses
    nothing; one that refuses 0.5, though a war is worth 1/4, loses 1/4, and the proposer, who by
    3/4 would have more than by war, 0.35.
    """
    return Known(
        ultimatum(0.5, 0.1, 0.25, 0.25),
        [reply(0.75, 0.25)],
        source="fearon1995rationalist",
        is_isolated=False,
        wrong=[(reply(0.6, 0.1), 0.15), (reply(0.5, 0.3), 0.35)],
    )


def risk_for_return():
    """With k = 0.1 the best q is 1/4; to offer q = 0.15 loses 0.01/0.6.

    A responder that takes x = 0.75 only from a cost of 0.35 on refuses at 0.25 what is worth 0
    more, at just below 0.35 what is worth 0.1 more; the proposer loses by it, the war being
    likelier, (0.35 - 0.25) (0.75 - 0.4)/0.6, which is less. One that takes it from 0.15 on takes,
    at this cost, 0.1 less than a war is worth.
    """
    return Known(
        ultimatum(0.5, 0.1, 0.0, 0.6),
        [reply(0.75, 0.25)],
        source="fearon1995rationalist",
        wrong=[
            (reply(0.65, 0.15), 1 / 60),
            (reply(0.75, 0.35), 0.1),
            (reply(0.75, 0.15), 0.1),
        ],
    )


def no_risk_worth_taking():
    """With costs on [1/4, 0.45] and k = 0.45 the best q would be 0, so that nobody is provoked.

    x = 3/4 is worth 3/4 to the proposer; x = 0.85 is refused by half and worth 0.425 + 0.025.
    """
    return Known(
        ultimatum(0.5, 0.45, 0.25, 0.45),
        [reply(0.75, 0.25)],
        is_isolated=False,
        wrong=[(reply(0.85, 0.35), 0.3)],
    )


def all_is_asked():
    """With p = 0.9 and k = 0.1 the best q of 1/4 would be more than all there is, q = 0.1.

    To ask 0.95 loses, with q = 0.05, (0.2² - 0.15²)/0.6 by the formula of the module.
    """
    return Known(
        ultimatum(0.9, 0.1, 0.0, 0.6),
        [reply(1.0, 0.1)],
        wrong=[(reply(0.95, 0.05), (0.2**2 - 0.15**2) / 0.6)],
    )


def rivals():
    """With ρ = 1/2, c takes x iff (1+ρ) (x - p) + ρk <= c, and q moves both sides' payoffs.

    By a refusal the proposer has p - k - ρ (1 - p - c), by q it has q + (1-ρ) k more than this
    would be at c = 0. So its gain is (1 - q/0.6) (q + (1-ρ) k) + ρ q²/1.2, of slope
    (0.6 - (1-ρ) k - (2-ρ) q)/0.6, which is 0 at q = 0.3 for k = 0.3. Then x - p = 0.15/1.5. To
    ask only p lowers q to 0.15 and loses (2-ρ) 0.15²/1.2.
    """
    return Known(
        ultimatum(0.4, 0.3, 0.0, 0.6, {"relative_gains": 0.5}),
        [reply(0.5, 0.3)],
        wrong=[(reply(0.4, 0.15), 1.5 * 0.15**2 / 1.2)],
    )


def others_pay():
    """A mandate lowers the cost of 1/2 to 0.4, an ally pays 0.1 and a third of the rest: k = 0.2.

    Then q = 0.2, and to ask 0.05 less loses 0.05²/0.6.
    """
    form = ultimatum(
        0.55, 0.5, 0.0, 0.6, {"legitimacy": 0.2, "side_payments": 1 / 3}, subsidy=0.1, mandate=1
    )
    return Known(form, [reply(0.75, 0.2)], wrong=[(reply(0.625, 0.075), 0.125**2 / 0.6)])


def nobody_settles():
    """With p = 0, ρ = 1/2 and k = 0.8 even the whole prize is taken only from a cost of 0.4 on.

    All costs are below 0.3, so that every offer is refused and any may be made.
    """
    form = ultimatum(0.0, 0.8, 0.0, 0.3, {"relative_gains": 0.5})
    return Known(form, [reply(0.0, 0.4)], is_all=False, is_isolated=False)
