"""Branch and prune: nothing is outside the sets it proves, whatever looks for it."""

import itertools

import numpy as np
import pytest
from scipy import stats

from collsec.assumptions.levers import Assumptions
from collsec.forms.shock import Shock, distribution
from collsec.games.response.response import Response
from collsec.parameters import ParameterError
from collsec.solvers._participation_tree import enumerated
from collsec.solvers.branch_and_prune import MAX_MEMBERS, branch_and_prune
from collsec.solvers.participation import candidates, participation

SAME = 1e-6
LAWS = {
    Shock.NORMAL: stats.norm,
    Shock.LOGISTIC: stats.logistic,
    Shock.UNIFORM: stats.uniform(-1, 2),
}
FOUND = 0.95
"""Share of the equilibria of adversarial games that the search finds by itself."""


def adversarial(n, size, shock=Shock.NORMAL, required=0.0, capability=None, spreads=(-2, -0.3)):
    """Games built to have many equilibria: steep contests, low spreads, stakes of all sizes."""
    rng = np.random.default_rng([n, size, int(shock), round(10 * required)])
    units = rng.integers(1, 10, (size, n)) * 0.02
    return Response(
        capability=units if capability is None else capability,
        war_cost=rng.uniform(0.01, 0.2, (size, n)),
        interest=rng.uniform(0, 1, (size, n)),
        spread=10 ** rng.uniform(*spreads, size),
        decisiveness=rng.uniform(0.5, 8, size),
        challenger_capability=rng.uniform(0.05, 0.6, size),
        required=required,
        shock=int(shock),
    ).form()


def real(n, size):
    """Return capabilities that share no unit, some of them next to nothing."""
    rng = np.random.default_rng([n, size])
    return 0.8 * rng.dirichlet(np.full(n, 0.4), size) + 1e-7


BATTERY = {
    "two": adversarial(2, 60),
    "three": adversarial(3, 60),
    "three, logistic": adversarial(3, 60, Shock.LOGISTIC),
    "three, threshold": adversarial(3, 40, required=0.3),
    "three, uniform": adversarial(3, 60, Shock.UNIFORM),
    "three, real": adversarial(3, 60, capability=real(3, 60)),
    "three, real threshold": adversarial(3, 40, required=0.3, capability=real(3, 40)),
    "three, any spread": adversarial(3, 60, Shock.LOGISTIC, spreads=(-3, 3)),
    "four": adversarial(4, 60),
    "four, equal capabilities": adversarial(4, 40, capability=np.full((40, 4), 0.12)),
    "four, real": adversarial(4, 40, capability=real(4, 40)),
    "four, rivals": adversarial(4, 40).under(Assumptions(relative_gains=0.8)),
    "five": adversarial(5, 40),
    "five, logistic": adversarial(5, 40, Shock.LOGISTIC),
    "six": adversarial(6, 20),
}
PROVED = {name: enumerated(form, 20_000, 48) for name, form in BATTERY.items()}


def answers(found):
    return found.strategies["answer"][..., 0]


def listed(profiles):
    return profiles[~np.isnan(profiles[..., 0])]


def share_within(some, others):
    """Return which profiles of one list are in the other."""
    gap = np.abs(some[:, None] - others[None]).max(axis=-1)
    return np.any(gap < SAME, axis=1)


@pytest.mark.parametrize("name", BATTERY)
def test_every_game_is_proved_certified_and_its_indices_sum_to_one(name):
    answer, index, _, proved = PROVED[name]
    assert np.all(proved)
    np.testing.assert_array_equal(np.nansum(index, axis=-1), 1)
    assert np.nanmax(BATTERY[name].regret({"answer": answer})) < 1e-11


@pytest.mark.parametrize("name", BATTERY)
def test_the_search_finds_nothing_outside_the_proved_set_and_most_of_it(name):
    answer, _, _, _ = PROVED[name]
    found, _, _, _ = candidates(BATTERY[name])
    n_found = n_known = 0
    for own, all_ in zip(found[..., 0], answer[..., 0], strict=True):
        inside = share_within(listed(own), listed(all_))
        assert np.all(inside)
        n_found, n_known = n_found + inside.size, n_known + listed(all_).shape[0]
    assert n_found >= FOUND * n_known


@pytest.mark.parametrize("name", BATTERY)
def test_the_default_solver_has_the_proved_set_and_says_that_it_is_complete(name):
    answer, _, _, _ = PROVED[name]
    found = participation(BATTERY[name])
    assert np.mean(found.complete) > 0.9
    for place in np.flatnonzero(found.complete):
        own = listed(answers(found)[place])
        assert own.shape == listed(answer[place, ..., 0]).shape
        assert np.all(share_within(own, listed(answer[place, ..., 0])))
        assert found.index[place][: found.count[place]].sum() == 1


@pytest.mark.parametrize("name", BATTERY)
def test_the_centroid_leads_where_the_search_says(name):
    answer, _, centroid, _ = PROVED[name]
    found, expected, _, _ = candidates(BATTERY[name])
    rows = np.flatnonzero((centroid >= 0) & (expected >= 0))
    assert rows.size > 0.95 * centroid.size
    gap = answer[rows, centroid[rows], :, 0] - found[rows, expected[rows], :, 0]
    assert np.mean(np.abs(gap).max(axis=-1) < SAME) > 0.98


def replies_by_cutoff(form, reversal, cutoff):
    """Return how far best cutoffs are from these, and their slopes.

    `reversal` has an axis of two for each member, who stays out or answers.
    """
    n, p = form.n_members, distribution(form.shock, cutoff)
    scale = (form.spread[..., None] * np.abs(form.burden))[..., None, :]

    def best(at):
        pivotal = np.empty(at.shape)
        for i in range(n):
            value = np.broadcast_to(reversal[:, None], (*at.shape[:2], *(2,) * n))
            for k in reversed(range(n)):
                q = at[..., k].reshape(*at.shape[:2], *(1,) * k)
                stay, answer = np.take(value, 0, axis=k + 2), np.take(value, 1, axis=k + 2)
                value = answer - stay if k == i else (1 - q) * stay + q * answer
            pivotal[..., i] = value
        net = form.gain[..., None, :] * pivotal
        return (net + (form.breach_cost - form.burden)[..., None, :]) / scale

    slopes = np.empty((*cutoff.shape, n))
    for j in range(n):
        ends = []
        for end in (0.0, 1.0):
            moved = p.copy()
            moved[..., j] = end
            ends.append(best(moved))
        density = LAWS[form.shock].pdf(cutoff[..., j])
        slopes[..., j] = (ends[1] - ends[0]) * density[..., None]
    return best(p) - cutoff, slopes


@pytest.mark.parametrize("name", [name for name in BATTERY if name[:5] in {"three", "four"}])
def test_newtons_method_from_scattered_starts_leads_nowhere_else(name):
    """An independent search: the form's own reversal if all are sure, cutoffs around zero."""
    form, (answer, _, _, _) = BATTERY[name], PROVED[name]
    rng = np.random.default_rng(7)
    n, size = form.n_members, form.batch_shape[0]
    sure = np.array(list(itertools.product((0.0, 1.0), repeat=n)))
    reversal = form.reversal_chance(np.broadcast_to(sure, (size, *sure.shape)))
    reversal = reversal.reshape(size, *(2,) * n)
    cutoff = rng.normal(0, 2, (size, 60, n))
    if form.shock == Shock.UNIFORM:
        cutoff = rng.uniform(-1, 1, cutoff.shape)
    for _ in range(40):
        off, slopes = replies_by_cutoff(form, reversal, cutoff)
        slopes = np.eye(n) - slopes + 1e-13 * rng.normal(size=slopes.shape)
        step = np.linalg.solve(slopes, off[..., None])[..., 0]
        cutoff = np.clip(cutoff + np.clip(step, -3, 3), -1e6, 1e6)
    off, _ = replies_by_cutoff(form, reversal, cutoff)
    settled = np.abs(off).max(axis=-1) < 1e-9
    assert settled.mean() > 0.3
    p, n_reached = distribution(form.shock, cutoff), 0
    for place in range(size):
        known = listed(answer[place, ..., 0])
        reached = p[place][settled[place]]
        assert np.all(share_within(reached, known))
        n_reached += share_within(known, reached).sum()
    assert n_reached > 0.6 * listed(answer[..., 0]).shape[0]


def close_pair(interest):
    """A game whose equilibria of low mobilisation come and go with the stakes."""
    return Response(
        capability=[0.16, 0.08, 0.04], war_cost=[0.12, 0.07, 0.03], spread=0.1,
        decisiveness=6.0, challenger_capability=0.25, interest=interest,
        shock=int(Shock.LOGISTIC),
    ).form()  # fmt: skip


def test_two_equilibria_are_told_apart_however_close_or_the_set_is_left_open():
    """The stake at which a pair appears is cornered: what is proved has one or three, not two."""
    low, high, gaps = 0.2, 0.3, []
    for _ in range(46):
        middle = 0.5 * (low + high)
        answer, index, _, proved = enumerated(close_pair(np.full(3, middle)), 3000, 24)
        p = listed(answer[..., 0])
        gap = min(np.abs(a - b).max() for a, b in itertools.combinations(p, 2)) if len(p) > 1 else 1
        if proved:
            assert len(p) in {1, 3}
            assert np.nansum(index) == 1
            gaps.append(gap)
        has_pair = len(p) == 3 if proved else gap < 1e-3
        low, high = (low, middle) if has_pair else (middle, high)
    assert len(gaps) > 25
    assert min(gaps) < 1e-5


def test_a_game_has_the_same_bits_alone_and_in_a_batch():
    values = {
        "capability": [0.3, 0.2, 0.14, 0.06],
        "war_cost": [0.05, 0.06, 0.02, 0.01],
        "spread": 0.05,
        "decisiveness": 4.0,
        "interest": 0.6,
    }
    opposed = [0.1, 0.25, 0.4]
    whole = branch_and_prune(Response(**values, challenger_capability=opposed).form())
    assert len(set(whole.count.tolist())) > 1
    for place, power in enumerate(opposed):
        single = branch_and_prune(Response(**values, challenger_capability=power).form())
        count = int(single.count)
        assert whole.count[place] == count
        assert whole.complete[place] == single.complete
        np.testing.assert_array_equal(answers(whole)[place][:count], answers(single))
        np.testing.assert_array_equal(whole.index[place][:count], single.index)


def test_more_boxes_prove_what_fewer_leave_open():
    form = BATTERY["five"]
    few, many = enumerated(form, 3, 48)[3], enumerated(form, 20_000, 48)[3]
    assert 0 < few.mean() < many.mean() == 1


def test_with_real_capabilities_the_corners_are_those_of_the_form():
    rng = np.random.default_rng(3)
    form = Response(
        capability=rng.dirichlet(np.ones(4)) * 0.8,
        war_cost=rng.uniform(0.02, 0.1, 4),
        spread=0.05,
        interest=0.6,
        decisiveness=4.0,
    ).form()
    assert not form.lattice.is_exact
    found = branch_and_prune(form)
    assert found.complete
    assert found.regret.max() < 1e-12
    assert found.index.sum() == 1


def test_more_members_than_there_are_corners_for_are_refused():
    form = Response(capability=np.full(MAX_MEMBERS + 1, 0.05)).form()
    with pytest.raises(ParameterError, match="n_members"):
        branch_and_prune(form)
