"""Strategic choice with normal shocks, or with extreme-value errors.

Without relative gains all is read off the formulas. With them a defender that is as likely to
resist as not, k = 0, does not mind who attacks: what it counts of the attacker's private parts is
the same at both outcomes.
"""

import itertools
import math

from scipy import optimize, stats

from collsec.assumptions.levers import Assumptions
from collsec.forms.shock import Shock
from collsec.forms.strategic_choice import StrategicChoiceForm, Worth
from tests.solvers.known import Known, numbers

PDF, CDF = stats.norm.pdf, stats.norm.cdf
SOURCE = "signorino1999strategic"


def anywhere(values):
    return numbers(values, low=-math.inf)


NEAR = {"attack": numbers, "resist": numbers, "cutoffs": anywhere}


def choice(challenger, defender, rho=0.0, **given):
    """Return the form with payoffs in the order status quo, giving in, war."""
    ends = [Worth(*pair) for pair in zip(challenger, defender, strict=True)]
    return StrategicChoiceForm(*ends, **given).under(Assumptions(relative_gains=rho))


def play(attack, resist, first, second):
    return {"attack": attack, "resist": resist, "cutoffs": [first, second]}


def private_information():
    """u = (0, 1, -1, 1/2): s_4 is the root of 2, s_2 that of 1 + p_3² + p_4².

    Wrong are: to attack from 0.3 lower on; to resist from 1 lower on, to which the best attack is
    another; and a chance that does not follow from its cutoff.
    """
    p = CDF(0.5 / math.sqrt(2))

    def attacked(k, p):
        return CDF(k / math.sqrt(1 + p * p + (1 - p) ** 2))

    k, bold = 1 - 2 * p, CDF(1.5 / math.sqrt(2))
    return Known(
        choice((0, 1, -1), (1, 0, 0.5)),
        [play(attacked(k, p), p, k, 0.5)],
        source=SOURCE,
        wrong=[
            (play(attacked(k + 0.3, p), p, k + 0.3, 0.5), 0.3),
            (play(attacked(1 - 2 * bold, bold), bold, 1 - 2 * bold, 1.5), 1.0),
            (play(attacked(k, p) + 0.2, p, k, 0.5), 0.2),
        ],
    )


def agent_error():
    """The same with errors of one standard deviation in each of two actions."""
    p = CDF(0.5 / math.sqrt(2))
    form = choice((0, 1, -1), (1, 0, 0.5), private_spread=0.0, error_spread=1.0)
    return Known(form, [play(CDF((1 - 2 * p) / math.sqrt(2)), p, 1 - 2 * p, 0.5)], source=SOURCE)


def extreme_value_errors():
    """The same with errors whose difference is logistic with scale 1/2."""
    p = 1 / (1 + math.exp(-1.0))
    form = choice(
        (0, 1, -1), (1, 0, 0.5), private_spread=0.0, error_spread=0.5, shock=Shock.LOGISTIC
    )
    attack = 1 / (1 + math.exp(-2 * (1 - 2 * p)))
    return Known(form, [play(attack, p, 1 - 2 * p, 0.5)], source=SOURCE)


def an_even_rivalry():
    """ρ = 1/2 and u_24 - u_23 = ρ (u_14 - u_13) make k = 0: one half resists.

    An attack then brings U_13 = 1 or U_14 = -1 + 1/2, and ρ times the mean private part of what the
    defender prefers, √2 φ(0), less.
    """
    first = 0.5 * 1.0 - 0.5 * 0.5 - 0.5 * math.sqrt(2) * PDF(0)
    form = choice((0, 1, -1), (0, 0, -1), rho=0.5)
    return Known(form, [play(CDF(first / math.sqrt(1.5)), 0.5, first, 0.0)])


def three_chances_of_resistance():
    """A challenger that would lose by a concession, and much gains by war, against a rival.

    If the defender is likely to resist, all attack and who attacks tells nothing; if it is less
    likely, only those attack who like war most, and a rival minds that.
    """
    rho, won, fought, margin = 0.8, -40.0, 90.0, 106.4
    form = choice((0, won, fought), (0, 0, margin), rho=rho)
    root = math.sqrt(2)

    def parts(k):
        p = float(CDF(k / root))
        spread = math.sqrt(1 + p * p + (1 - p) ** 2)
        worth = (1 - p) * won + p * (fought - rho * margin) - rho * root * PDF(k / root)
        return p, spread, float(worth)

    def excess(k):
        p, spread, worth = parts(k)
        mean = math.exp(stats.norm.logpdf(worth / spread) - stats.norm.logcdf(worth / spread))
        return k - margin + rho * (fought - won) + rho * (2 * p - 1) / spread * mean

    def root_between(low, high):
        k = optimize.brentq(excess, low, high, xtol=1e-15, rtol=1e-14)
        p, spread, worth = parts(k)
        return play(CDF(worth / spread), p, worth, k)

    steps = [0.02 * n for n in range(-600, 601)]
    pairs = [(a, b) for a, b in itertools.pairwise(steps) if excess(a) * excess(b) < 0]
    assert len(pairs) == 3
    return Known(
        form, [root_between(*pair) for pair in pairs], doubtful={"strategic_choice"}, scale=107.0
    )
