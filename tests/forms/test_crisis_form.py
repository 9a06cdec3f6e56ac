"""The crisis form: councils by enumeration, the challenger by integration, levers by branch."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate

from collsec.assumptions.levers import Assumptions
from collsec.forms.crisis import Council, vote_chances
from collsec.forms.voting import VotingForm
from collsec.games.crisis import Crisis
from collsec.institutions import Institution, Trigger
from collsec.solvers.crisis import crisis
from collsec.solvers.mandate import Seat, assembly_probability, mandate_probability

CAPABILITY = np.array([0.2, 0.1, 0.1, 0.05, 0.05])
AFFINITY = np.array([0.3, -0.5, 0.0, 0.8, -0.1])


def game(institution=None, **values):
    design = institution or Institution(permanent=1, elected=2, quota=2, obligation=0.5, bypass=0.6)
    given_ = {"capability": CAPABILITY, "affinity": AFFINITY, "spread": 0.5, "vote_noise": 0.1}
    return Crisis(institution=design, **{**given_, **values})


def solved(institution=None, under=None, **values):
    form = game(institution, **values).form().under(under or Assumptions())
    return form, crisis(form)


def votes_of(n, rng, rows=1):
    return rng.dirichlet(np.ones(3), (rows, n))


def passes(council, seats, votes, own_seat):
    """Whether these votes (0 yes, 1 abstain, 2 no) of those who sit carry the measure."""
    n_yes = sum(vote == 0 for vote in votes)
    unanimity = council.quota == 0
    blocked = any(
        vote == 2 and (unanimity or seat in own_seat)
        for seat, vote in zip(seats, votes, strict=True)
    )
    return n_yes >= max(council.quota, 1) and not blocked


def council_by_enumeration(council, votes):
    """Return the chance of a mandate over every draw of seats and every profile of votes."""
    members = [list(row) for row in votes]
    n_permanent = council.permanent
    challenger = [0.0, 1.0, 0.0] if council.is_recused else [0.0, 0.0, 1.0]
    if council.challenger_seat == Seat.PERMANENT:
        n_permanent = max(n_permanent - 1, 0)
    vetoes = list(range(min(n_permanent, len(members))))
    pool = list(range(len(vetoes), len(members)))
    holders = set(vetoes)
    always = list(vetoes)
    if council.challenger_seat > 0:
        members.append(challenger)
        if council.challenger_seat == Seat.PERMANENT:
            always.append(len(members) - 1)
            holders.add(len(members) - 1)
        else:
            pool.append(len(members) - 1)
    n_drawn = len(pool) if council.is_plenary else min(council.elected, len(pool))
    draws = list(itertools.combinations(pool, n_drawn))
    total = 0.0
    for drawn in draws:
        seats = always + list(drawn)
        for profile in itertools.product(range(3), repeat=len(seats)):
            if passes(council, seats, profile, holders):
                total += math.prod(members[s][v] for s, v in zip(seats, profile, strict=True))
    return total / len(draws)


councils = st.builds(
    Council,
    permanent=st.integers(0, 3),
    elected=st.integers(1, 3),
    quota=st.integers(0, 4),
    is_plenary=st.booleans(),
    challenger_seat=st.sampled_from([0, 1, 2]),
    is_recused=st.booleans(),
)


@given(councils, st.integers(0, 10_000))
@settings(max_examples=60)
def test_certificate_and_solver_know_the_chance_of_a_mandate(council, number):
    rng = np.random.default_rng(number)
    vote = votes_of(int(rng.integers(2, 6)), rng)
    rule = council.rule(vote.shape[1])
    against = np.array([0.0, 0.0, 1.0])
    extra = rule.n_voters - vote.shape[1]
    voters = np.concatenate([vote[0], np.tile(against, (extra, 1))])
    from_form = _pass_chance_of(rule, voters)
    solver = mandate_probability(
        vote[..., 0],
        vote[..., 2],
        permanent=council.permanent,
        elected=council.elected,
        quota=council.quota,
        plenary=council.is_plenary,
        challenger_seat=Seat(council.challenger_seat),
        recused=council.is_recused,
    )[0]
    expected = council_by_enumeration(council, vote[0])
    assert solver == pytest.approx(expected, abs=1e-13)
    assert from_form == pytest.approx(expected, abs=1e-12)


def _pass_chance_of(rule, voters):
    nobody = np.zeros(rule.n_voters)
    names = tuple(str(i) for i in range(rule.n_voters))
    return VotingForm(names, rule, nobody, nobody).pass_chance(voters[None])[0]


@pytest.mark.parametrize("seat", [Seat.OUTSIDE, Seat.ELIGIBLE, Seat.PERMANENT])
@pytest.mark.parametrize("recusal", [False, True])
def test_a_blocked_measure_goes_to_the_assembly(seat, recusal):
    design = Institution(permanent=2, elected=2, quota=2, recusal=recusal, bypass=0.6)
    form = game(design, challenger_seat=int(seat)).form()
    rng = np.random.default_rng(4)
    vote = np.stack([votes_of(5, rng)[0], votes_of(5, rng)[0]])[None]
    council = council_by_enumeration(form.council, vote[0, 0])
    yes = list(vote[0, 1, :, 0]) + [0.0] * (seat > 0)
    need = math.ceil(0.6 * len(yes) - 1e-9)
    assembly = sum(
        math.prod(y if v else 1 - y for y, v in zip(yes, profile, strict=True))
        for profile in itertools.product((0, 1), repeat=len(yes))
        if sum(profile) >= need
    )
    found = form.passed({"vote": vote}, (1, 3))
    rest = (1 - council) * assembly
    np.testing.assert_allclose(found[0], [1 - council - rest, council, rest], atol=1e-13)
    voters = np.array(yes)
    assert assembly_probability(voters, 0.6) == pytest.approx(assembly, abs=1e-13)


def test_without_a_vote_the_last_branch_follows_every_identified_attack():
    levers = Assumptions(identification=0.7)
    form, found = solved(Institution(trigger=int(Trigger.AUTOMATIC), obligation=1.0), levers)
    np.testing.assert_allclose(form.outcome(found.strategies).branch[0], [0.3, 0.7])
    form, found = solved(Institution(trigger=int(Trigger.NONE)), levers)
    np.testing.assert_allclose(form.outcome(found.strategies).branch[0], [1.0])


def test_an_enemy_that_is_named_is_always_identified():
    levers = Assumptions(identification=0.2)
    named = Institution(trigger=int(Trigger.AUTOMATIC), enemy_named=True)
    assert game(named).form().under(levers).identification == 1
    assert game().form().under(levers).identification == 0.2
    twice = game().form().under(levers).under(Assumptions(identification=0.5))
    assert twice.identification == pytest.approx(0.1)


def test_levers_may_sweep_also_where_there_are_as_many_points_as_branches():
    for sweep in ([0.0, 0.4], [0.0, 0.2, 0.4]):
        form, found = solved(under=Assumptions(legitimacy=sweep, relative_gains=sweep))
        assert form.batch_shape == (len(sweep),)
        for point, lever in enumerate(sweep):
            _, single = solved(under=Assumptions(legitimacy=lever, relative_gains=lever))
            count = int(single.count)
            assert found.count[point] == count
            for name, array in single.strategies.items():
                np.testing.assert_array_equal(found.strategies[name][point, :count], array)


def test_levers_and_games_may_sweep_along_different_axes():
    levers = Assumptions(pledge_cost=np.array([[0.0], [0.3], [0.6]]))
    form, found = solved(under=levers, prize=[0.5, 1.0], spread=[0.4, 0.6])
    assert form.batch_shape == (3, 2)
    _, single = solved(under=Assumptions(pledge_cost=0.3), prize=1.0, spread=0.6)
    np.testing.assert_array_equal(
        found.strategies["challenge"][1, 1, 0], single.strategies["challenge"][0]
    )


@pytest.mark.parametrize("seat", [0, 1])
def test_votes_follow_what_the_measure_is_worth_and_friendship(seat):
    form, found = solved(under=Assumptions(legitimacy=0.3, impartiality=0.5), challenger_seat=seat)
    worth = [
        form.response.payoffs({"answer": np.moveaxis(found.strategies["answer"], -3, 0)})[z]
        for z in range(3)
    ]
    assembly = found.strategies["vote"][0, 1, :, 0]
    n_assembly = len(assembly) + (seat > 0)
    later = sum(
        math.prod(p if y else 1 - p for p, y in zip(assembly, votes, strict=True))
        for votes in itertools.product((0, 1), repeat=len(assembly))
        if sum(votes) >= math.ceil(0.6 * n_assembly)
    )
    blocked = later * worth[2][0] + (1 - later) * worth[0][0]
    for ballot, otherwise in enumerate((blocked, worth[0][0])):
        gain = worth[1 + ballot][0] - otherwise - 0.5 * AFFINITY * form.friendship
        yes = 1 / (1 + np.exp(-gain / 0.1))
        np.testing.assert_allclose(found.strategies["vote"][0, ballot, :, 0], yes, rtol=1e-12)


def test_votes_add_up_and_keep_small_chances():
    vote = vote_chances(np.array([-700.0, -3.0, 0.0, 3.0, 700.0]), np.array(0.3))
    np.testing.assert_allclose(vote.sum(axis=-1), 1, rtol=1e-15)
    np.testing.assert_allclose(vote[:, 1] / (vote[:, 1] + vote[:, 2]), 0.3, rtol=1e-12)
    np.testing.assert_allclose(vote[0, 0], math.exp(-700), rtol=1e-12)


def test_the_challenger_attacks_where_the_prize_at_odds_exceeds_the_cost_of_the_fight():
    form = game(prize=2.0, fighting_cost=0.3, challenger_capability=0.25).form()
    cutoff = form.attack_cutoff(np.array([0.6]), np.array([0.4]))
    v = 2.0 * cutoff[0]
    assert v * (1 - 0.6) == pytest.approx(0.3 * 0.4 / 0.25)


def test_attack_is_pointless_against_certain_reversal_also_after_rounding():
    form = game().form()
    for reversal in (1.0, np.nextafter(1, 2)):
        cutoff = form.attack_cutoff(np.array([reversal]), np.array([0.4]))
        assert cutoff[0] == np.inf
    assert form.attack_cutoff(np.array([0.5]), np.array([0.0]))[0] == 0


def test_a_hopeless_challenger_never_attacks_and_nothing_overflows():
    _, found = solved(target_capability=0.9, challenger_capability=0.001, decisiveness=8.0)
    np.testing.assert_array_equal(found.strategies["challenge"], [[0.0, 1.0]])
    assert np.all(np.isfinite(found.payoffs))
    assert found.payoffs[0, -2] == 0


def test_payoffs_of_challenger_and_target_are_integrals_over_prizes():
    form, found = solved(prize=1.7)
    outcome = form.outcome(found.strategies)
    reversal = outcome.expected(outcome.reversal)[0]
    power = outcome.expected(outcome.power)[0]
    cost = float(form.fighting_cost / form.challenger_capability) * power
    low = cost / (1 - reversal)
    value, _ = integrate.quad(
        lambda v: (v * (1 - reversal) - cost) * math.exp(-v / 1.7) / 1.7, low, 80
    )
    attack = math.exp(-low / 1.7)
    assert found.strategies["challenge"][0, 0] == pytest.approx(attack, rel=1e-12)
    assert found.payoffs[0, -2] == pytest.approx(value, rel=1e-9)
    assert found.payoffs[0, -1] == pytest.approx(-attack * (1 - reversal))


def test_members_keep_their_stakes_whole_where_nobody_attacks():
    form, found = solved(fighting_cost=0.0)
    calm, crisis_ = {**found.strategies}, {**found.strategies}
    calm["challenge"] = np.array([[0.0, 1.0]])
    crisis_["challenge"] = np.array([[1.0, 0.0]])
    np.testing.assert_allclose(form.payoffs(calm)[0, :5], form.response.gain)
    outcome = form.outcome(found.strategies)
    worth = (outcome.branch[0][:, None] * outcome.worth[0]).sum(axis=0)
    np.testing.assert_allclose(form.payoffs(crisis_)[0, :5], worth, rtol=1e-12)


@pytest.mark.parametrize("size", [1e-6, 1e-4, 1e-2])
def test_a_challenger_that_errs_regrets_it(size):
    form, found = solved(prize=2.0)
    outcome = form.outcome(found.strategies)
    attack = found.strategies["challenge"][0, 0]
    cutoff = -math.log(attack) + size
    moved = {**found.strategies, "challenge": np.array([[math.exp(-cutoff), -math.expm1(-cutoff)]])}
    loss = size * 2.0 * (1 - outcome.expected(outcome.reversal)[0])
    assert form.regret(moved)[0] == pytest.approx(loss, rel=1e-6)


def chosen(form, worth, vote=None):
    """Return the votes that follow from what the branches are worth."""
    recommended = 0.0 if vote is None else form._recommended(vote)
    noise = form.vote_noise[..., None, None, None]
    tilt = form.inclination(worth, recommended) / noise
    found = vote_chances(tilt, form.abstention[..., None, None, None])
    return found if vote is not None else chosen(form, worth, found)


@pytest.mark.parametrize("tilt", [0.5, 30.0, -30.0, 300.0])
@pytest.mark.parametrize("size", [1e-4, 1e-2])
def test_a_voter_that_errs_regrets_it_however_one_sided_the_vote(tilt, size):
    form, found = solved(friendship=0.0)
    noise = float(form.vote_noise)
    outcome = form.outcome(found.strategies)
    worth = outcome.worth.copy()
    worth[0, 1, 2] = worth[0, 0, 2] + tilt * noise
    fake = type("Fake", (), {"worth": worth})()
    vote = chosen(form, worth)
    assert form._voting_regret({"vote": vote}, fake)[0] < 1e-13
    moved = worth.copy()
    moved[0, 1, 2] += size * noise
    vote[..., 0, :, :] = chosen(form, moved, vote)[..., 0, :, :]
    assert form._voting_regret({"vote": vote}, fake)[0] == pytest.approx(size * noise, rel=1e-6)


def test_a_member_that_errs_in_a_branch_that_is_never_reached_is_seen():
    levers = Assumptions(identification=1.0)
    form, found = solved(Institution(trigger=int(Trigger.AUTOMATIC), obligation=1.0), levers)
    assert form.outcome(found.strategies).branch[0, 0] == 0
    answer = found.strategies["answer"].copy()
    answer[0, 0, 1] = answer[0, 0, 1, ::-1]
    assert form.regret({**found.strategies, "answer": answer})[0] > 1e-3


def test_players_are_the_members_the_challenger_and_the_target():
    form = game(members=("A", "B", "C", "D", "E")).form()
    assert form.players == ("A", "B", "C", "D", "E", "challenger", "target")
    assert [form.n_votes, game(Institution(trigger=0)).form().n_votes] == [2, 0]
