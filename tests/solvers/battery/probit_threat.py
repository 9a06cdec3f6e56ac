"""Threats with normal private values.

Who gets at least t by a fight, or t + d by a retreat, threatens, and stands firm where the fight is
worth more. Both private parts being alike, one half of those who threaten stand firm if d = W_A - a
is 0, whatever t is: then the target's cutoff z = W_B - V_B + 2 (V_B - C_B) is a number, and so is
t = (S_A - (1-p) V_A)/p - W_A with p = Φ(z).
"""

import math

from scipy import integrate, optimize, stats

from collsec.assumptions.levers import Assumptions
from collsec.forms.probit_threat import ProbitThreatForm, Sides
from collsec.games.credibility.sanctions_signalling import SanctionsSignalling
from tests.solvers.known import Known, numbers

NORMAL = stats.norm
EVEN = 1 / math.sqrt(2 * math.pi)
"""The normal density at its peak."""


def anywhere(values):
    return numbers(values, low=-math.inf)


NEAR = {"challenge": numbers, "resist": numbers, "stand_firm": numbers, "cutoffs": anywhere}


def threat(sender, target, levers=None, **given):
    """Return the form with payoffs in the order status quo, concession, fight, retreat."""
    ends = [Sides(*pair) for pair in zip(sender, target, strict=True)]
    return ProbitThreatForm(*ends, **given).under(Assumptions(**(levers or {})))


def firmness(t, d):
    """Return the chance that who threatens stands firm, by quadrature over its fighting value."""
    firm, _ = integrate.quad(lambda e: NORMAL.pdf(e) * NORMAL.cdf(e + d), t, 12, epsabs=1e-14)
    return firm / threatened(t, d)


def threatened(t, d):
    return 1 - NORMAL.cdf(t) * NORMAL.cdf(t + d)


def play(t, d, z, firm=0.5):
    return {
        "challenge": threatened(t, d),
        "resist": NORMAL.cdf(z),
        "stand_firm": firm,
        "cutoffs": [t, d, z],
    }


def an_even_chance():
    """All is 0 for the sender; the target has 1 if it resists and 1/2 if it gives in.

    d = t = 0 and z = 0 - 1 + 2 · 1/2 = 0. Wrong are: to stand firm up to d = 0.3, with the
    resistance that this deserves; to threaten only from t = 1/2 on, half of which is met; and to
    resist up to z = 1, where half of the threats are fights. The type at the cutoff gains most.
    """
    firm = firmness(0, 0.3)
    return Known(
        threat((0, 0, 0, 0), (0, 0.5, 0, 1)),
        [play(0, 0, 0)],
        wrong=[
            (play(0, 0.3, 0.5 / firm - 1, firm), 0.3),
            (play(0.5, 0, 0), 0.25),
            (play(0, 0, 1), 0.5),
        ],
    )


def a_threat_worth_making():
    """z = -1/2 + 2 = 3/2, and t = -(1 - p)/p + 1/2 with p = Φ(3/2)."""
    p = NORMAL.cdf(1.5)
    known = play(0.5 - (1 - p) / p, 0, 1.5)
    return Known(threat((0, 1, -0.5, -0.5), (0, -1, -0.5, 0)), [known])


def a_pledge_and_a_mandate():
    """W_A = -1 with a cost of 1, of which a mandate takes 1/4; a retreat costs 1/2 · 3/2 · 1 more.

    So d = -3/4 - (0 - 3/4) = 0, z = 3/2 as in the game before, and t = -(1 - p)/p + 3/4.
    """
    p = NORMAL.cdf(1.5)
    form = threat(
        (0, 1, -1, 0),
        (0, -1, -0.5, 0),
        {"legitimacy": 0.25, "monitoring": 0.5, "pledge_cost": 1.5},
        fighting_cost=1.0, mandate=1.0,
    )  # fmt: skip
    return Known(form, [play(0.75 - (1 - p) / p, 0, 1.5)])


def rivals():
    """With ρ = 1/2 each counts the other's private part at its mean, here all at t = d = z = 0.

    The target's part in a fight has the mean m = φ(0)/Φ(0); W_B = -m, V_B = 0 and W_A = a = 0 make
    d = W_A - a - ρ (W_B + m - V_B) = 0. With S = 0 and a concession as good, V_A = ρ C_B, t = 0.
    The sender's larger part has the mean M = φ(0) (1 + 1/√2)/(3/4), given that it is above 0, so
    that z = 0 where (W_B + V_B)/2 - ρ M = C_B - ρ V_A = (1 - ρ²) C_B.
    """
    mean, larger = 2 * EVEN, EVEN * (1 + 1 / math.sqrt(2)) / 0.75
    concession = -(mean + larger) / 2 / 0.75
    form = threat((0, concession / 2, 0, 0), (0, concession, -mean, 0), {"relative_gains": 0.5})
    return Known(form, [play(0, 0, 0)])


def three_chances_of_resistance():
    """The example of the source: p = F(p) has three roots, whose first digits are published."""
    form = SanctionsSignalling().form()
    sender, target = zip(form.status_quo, form.concession, form.fight, form.retreat, strict=True)
    (quiet, won, fight, back), (_, conceded, fought, kept) = sender, target
    d = float(fight - back)

    def first(p):
        return float((quiet - (1 - p) * won) / p - fight)

    def best(p):
        return float(fought - kept + (kept - conceded) / firmness(first(p), d))

    def root(near):
        p = optimize.brentq(
            lambda p: p - NORMAL.cdf(best(p)), near - 1e-6, near + 1e-6, xtol=1e-15, rtol=1e-14
        )
        return play(first(p), d, NORMAL.ppf(p), firmness(first(p), d))

    roots = [root(near) for near in (0.2511046160, 0.5947228295, 0.8133217203)]
    return Known(form, roots, source="crisman2021estimating", scale=3.0)
