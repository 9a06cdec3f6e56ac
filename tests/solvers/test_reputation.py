"""The chain of crises, checked against the game tree written out in full."""

from itertools import product

import numpy as np
import pytest

from collsec.assumptions import Assumptions
from collsec.equilibrium import CertificateError, certify
from collsec.forms.branches import chance, decision, end
from collsec.forms.reputation import CONCEDED, FOUGHT, NO_NEWS, TOUGH, WEAK, ReputationForm
from collsec.forms.tree import BELIEF, TreeForm
from collsec.games.credibility.chain_store import ChainStore
from collsec.solvers.reputation import reputation

LEVERS = {
    "relative_gains": 0.25,
    "monitoring": 0.8,
    "pledge_cost": 0.3,
    "legitimacy": 0.4,
    "identification": 0.9,
}
ALMOST = {"monitoring": 0.97, "identification": 0.98}
EVENTS = ("quiet", "fought seen", "fought", "conceded seen", "conceded", "unnamed")


def written_out(form):
    """Return the whole tree: who has seen what is spelt out in the names of information sets."""
    n, seen, named = form.n_stages, float(form.monitoring), float(form.identification)
    delta = float(form.discount_factor)

    def stage(kind, event, t):
        word = event.split()[0]
        return [
            delta**t * float(getattr(side(kind), word)) for side in (form.challenger, form.defender)
        ]

    def settled(kind, past):
        paid = [stage(kind, event, t) for t, event in enumerate(past)]
        return end(*(own for own, _ in paid), sum(its for _, its in paid))

    def public(past):
        hidden = {"fought": "unseen", "conceded": "unseen"}
        return "/".join(hidden.get(event, event) for event in past)

    def onwards(kind, past):
        if len(past) == n:
            return settled(kind, past)

        def reply(word):
            return chance({
                "seen": (seen, onwards(kind, (*past, f"{word} seen"))),
                "unseen": (1 - seen, onwards(kind, (*past, word))),
            })  # fmt: skip

        answer = decision(
            "defender", f"{kind}: {'/'.join(past)}",
            {"fight": reply("fought"), "concede": reply("conceded")},
        )  # fmt: skip
        met = chance({
            "named": (named, answer), "unnamed": (1 - named, onwards(kind, (*past, "unnamed"))),
        })  # fmt: skip
        moves = {"challenge": met, "quiet": onwards(kind, (*past, "quiet"))}
        return decision(f"challenger {len(past)}", f"crisis {len(past)}: {public(past)}", moves)

    prior = float(form.prior)
    deal = {
        "weak": (1 - prior, onwards(WEAK, ())),
        "tough": (prior, onwards(TOUGH, ())),
    }
    players = (*(f"challenger {t}" for t in range(n)), "defender")
    return TreeForm.grow(chance(deal), players)


def news_of(past, plan):
    news = NO_NEWS
    for t, event in enumerate(past):
        if event == "conceded seen":
            news = CONCEDED
        elif event == "fought seen" and plan["news"][0, t, news] == 1:
            news = FOUGHT + t
    return news


def translated(form, plan, slip=0.0):
    """Return the plan for the tree; with `slip`, everybody errs a little, the tough least."""
    found = {}
    for length in range(form.n_stages):
        for past in product(EVENTS, repeat=length):
            news = news_of(past, plan)
            here = "/".join(past)
            open_ = "/".join("unseen" if e in ("fought", "conceded") else e for e in past)
            come = plan["challenge"][0, length, news]
            fight = plan["fight"][0, length, news]
            for name, planned, error in (
                (f"crisis {length}: {open_}", come, slip),
                (f"{WEAK}: {here}", fight, slip),
                (f"{TOUGH}: {here}", 1.0, slip**2),
            ):
                mix = np.array([[planned, 1 - planned]])
                found[name] = mix * (1 - 2 * error) + error
    return found


def limits(tree, slipping):
    """Return beliefs at all information sets, given that all of them are reached by errors."""
    edges, found = tree._edges(slipping), {}
    for known in tree.information_sets:
        reach = tree._reach({0: np.ones(())}, edges, known.player)
        weight = np.stack([np.broadcast_to(reach[node], 1) for node in known.nodes], axis=-1)
        found[BELIEF + known.name] = weight / weight.sum(axis=-1, keepdims=True)
    return found


def random_form(rng, n, **levers):
    form = ReputationForm(
        n,
        rng.uniform(0.02, 0.6),
        rng.uniform(0.1, 0.9),
        rng.uniform(1.05, 3.0),
        discount_factor=rng.uniform(0.3, 1.0),
        mandate=rng.uniform(-1, 1),
    )
    return form.under(Assumptions(**levers))


@pytest.mark.parametrize("lever", [*LEVERS, None])
def test_the_plan_is_sequentially_rational_in_the_tree_written_out(lever):
    """Beliefs off the path come from small errors, of which the tough make by far the fewest."""
    rng = np.random.default_rng(3)
    for _ in range(2):
        form = random_form(rng, 3, **(ALMOST | {lever: LEVERS[lever]} if lever else LEVERS))
        plan = reputation(form).strategies
        tree = written_out(form)
        beliefs = limits(tree, translated(form, plan, slip=1e-9))
        play = translated(form, plan)
        assert tree.regret(play | beliefs).item() < 1e-7
        paid = tree.payoffs(play)[0]
        expected = form.payoffs(plan)[0]
        assert (paid[:-1].sum(), paid[-1]) == pytest.approx(tuple(expected), abs=1e-12)


def test_random_games_under_all_levers_are_solved_without_exception():
    rng = np.random.default_rng(8)
    size = 400
    levers = {
        "relative_gains": rng.uniform(0, 1, size),
        "monitoring": rng.uniform(0, 1, size),
        "pledge_cost": rng.uniform(0, 2, size),
        "legitimacy": rng.uniform(0, 1, size),
        "identification": rng.uniform(0, 1, size),
    }
    form = ReputationForm(
        6, rng.uniform(0, 1, size) ** 2, rng.uniform(0, 1, size), rng.uniform(1, 4, size),
        discount_factor=rng.uniform(0, 1, size), mandate=rng.uniform(-1, 1, size),
    )  # fmt: skip
    found = reputation(form.under(Assumptions(**levers)))
    assert np.all(found.count == 1)
    assert found.regret.max() < 1e-12


def test_a_wrong_belief_and_a_wrong_reply_fail_the_certificate():
    form = ChainStore(n_stages=4, p_tough=0.02).form()
    plan = dict(reputation(form).strategies)
    assert form.regret(plan) < 1e-12
    meek = plan["fight"].copy()
    meek[0, 0, 0] = 0.5
    assert form.regret(plan | {"fight": meek}) == np.inf
    bold = plan["fight"].copy()
    bold[0, 3, 0] = 1.0
    assert form.regret(plan | {"fight": bold}) == pytest.approx(1.0)
    shy = plan["challenge"].copy()
    shy[0, 3, 0] = 0.0
    assert form.regret(plan | {"challenge": shy}) == pytest.approx(0.98 * 0.6 - 0.02 * 0.4)
    with pytest.raises(CertificateError):
        certify(form, plan | {"challenge": shy}, complete=True, scope="", method="test")


def test_impatience_and_secrecy_are_alike_to_a_weak_defender_who_is_tried():
    """Only their product counts for what a fight must earn: here two quiet crises, not one."""
    one = ChainStore(n_stages=2, p_tough=0.3, a=2.0, discount_factor=0.4).form()
    other = ChainStore(n_stages=2, p_tough=0.3, a=2.0, monitoring=0.4).form()
    for form in (one, other):
        assert reputation(form).strategies["fight"][0, 0, 0] == 0
    patient = ChainStore(n_stages=2, p_tough=0.3, a=2.0, discount_factor=0.6).form()
    assert reputation(patient).strategies["fight"][0, 0, 0] > 0


def test_a_pledge_that_costs_more_than_a_fight_makes_the_weak_as_good_as_tough():
    form = ChainStore(n_stages=5, p_tough=0.01).form().under(Assumptions(pledge_cost=1.5))
    plan = reputation(form).strategies
    assert np.all(plan["challenge"][0, :, NO_NEWS] == 0)
    assert np.all(plan["fight"][0, :, NO_NEWS] == 1)


def test_the_path_adds_up_to_what_is_expected_by_simulation():
    form = ChainStore(n_stages=4, p_tough=0.05, monitoring=0.8).form()
    form = form.under(Assumptions(identification=0.9))
    plan = reputation(form).strategies
    rng = np.random.default_rng(5)
    size = 200_000
    count, news = np.zeros((4, 3)), np.zeros(size, dtype=int)
    for t in range(4):
        comes = rng.random(size) < plan["challenge"][0, t, news]
        named = comes & (rng.random(size) < 0.9)
        fights = named & (rng.random(size) < plan["fight"][0, t, news])
        count[t] = comes.mean(), fights.mean(), (named & ~fights).mean()
        seen = rng.random(size) < 0.8
        is_news = plan["news"][0, t, news] == 1
        news = np.where(seen & named & ~fights, CONCEDED, news)
        news = np.where(seen & fights & is_news, FOUGHT + t, news)
    assert form.path(plan, WEAK)[0, :, :3] == pytest.approx(count, abs=5e-3)


def test_a_challenger_that_gains_nothing_from_the_tough_leaves_the_answer_open():
    """b - 1 + ρ a = 0: whoever has fought is known to be tough and challenged or not."""
    form = ChainStore(n_stages=2, p_tough=0.3, b=0.5, a=2.0).form()
    found = [reputation(form.under(Assumptions(relative_gains=rho))) for rho in (0.25, 0.26, 0.24)]
    assert [bool(one.complete) for one in found] == [False, True, True]
    plan = dict(found[0].strategies)
    plan["challenge"] = plan["challenge"].copy()
    for challenge, regret in ((1.0, 0.0), (11 / 17, 0.0), (0.5, 17 / 16 - 3 / 4)):
        plan["challenge"][0, 1, FOUGHT] = challenge
        assert found[0].form.regret(plan)[0] == pytest.approx(regret, abs=1e-12)
