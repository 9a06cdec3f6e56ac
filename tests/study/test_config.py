"""Configs: what is refused and how it is said, what is layered, and what identifies a config."""

import pytest

from collsec.study.block import Store
from collsec.study.config import ConfigError, load

HEAD = 'title = "T"\nquestion = "Q"\ngame = "skirmish"\n'


@pytest.fixture
def write(tmp_path, monkeypatch, known):
    """Return a function that writes a config into the working directory."""
    monkeypatch.chdir(tmp_path)

    def write(text, name="trial.toml", head=HEAD):
        (tmp_path / name).write_text(head + text)
        return tmp_path / name

    return write


def problems(path, *overrides):
    with pytest.raises(ConfigError) as caught:
        load(path, overrides)
    return caught.value.problems


REFUSED = {
    "an unknown key at the top": (
        "sede = 3",
        "trial.toml:4: sede = 3: is not a key of a config; did you mean 'seed'?",
    ),
    "a parameter at the top": (
        "strength = 2.0",
        (
            "trial.toml:4: strength = 2.0: is not a key of a config; "
            "did you mean 'parameters.strength'?"
        ),
    ),
    "a lever at the top": (
        "monitoring = 0.5",
        (
            "trial.toml:4: monitoring = 0.5: is not a key of a config; "
            "did you mean 'levers.monitoring'?"
        ),
    ),
    "an unknown key of an axis": (
        "[sweep.strength]\nlinspce = [1, 2, 3]",
        (
            "trial.toml:5: sweep.strength.linspce = [1, 2, 3]: is not a key of a config; "
            "did you mean 'linspace'?"
        ),
    ),
    "an unknown parameter": (
        "[parameters]\nstrenght = 2.0",
        (
            "trial.toml:5: parameters.strenght = 2.0: is not part of skirmish; "
            "did you mean 'strength'?"
        ),
    ),
    "an unknown lever": (
        "[levers]\nmonitring = 0.5",
        (
            "trial.toml:5: levers.monitring = 0.5: is not part of an assumption set; "
            "did you mean 'monitoring'?"
        ),
    ),
    "an unknown field of institutions": (
        "[institution]\nleakge = 0.5",
        (
            "trial.toml:5: institution.leakge = 0.5: is not part of an institution; "
            "did you mean 'leakage'?"
        ),
    ),
    "text for a number": (
        '[parameters]\nstrength = "high"',
        (
            "trial.toml:5: parameters.strength = 'high': must be a number; "
            "give a number in (0, 10] "
            "(strength of the attacker)"
        ),
    ),
    "a number for text": ("institutions = 3", "trial.toml:4: institutions = 3: must be a list of"),
    "a name for a list": (
        'assumptions = "realist"',
        (
            "trial.toml:4: assumptions = 'realist': must be a list of names; "
            'write ["realist", "institutionalist"]'
        ),
    ),
    "a fraction for a seed": (
        "seed = 1.5",
        "trial.toml:4: seed = 1.5: must be a whole number, 0 or more; write seed = 1945",
    ),
    "a wrong choice": (
        'equilibria = "best"',
        "trial.toml:4: equilibria = 'best': must be one of played | all",
    ),
    "a value out of range": (
        "[parameters]\nstrength = 11.0",
        "trial.toml:5: parameters.strength = 11: must lie in (0, 10]; give a number in (0, 10]",
    ),
    "a lever out of range": (
        "[levers]\nmonitoring = 1.5",
        "trial.toml:5: levers.monitoring = 1.5: must lie in [0, 1]; give a number in [0, 1]",
    ),
    "an institution out of range": (
        "[institution]\nleakage = -1",
        "trial.toml:5: institution.leakage = -1: must lie in [0, 1]; give a number in [0, 1]",
    ),
    "an institution that breaks a rule between fields": (
        "[institution]\nquota = 20",
        "trial.toml:5: institution.quota = 20: exceeds the 15 seats of the council; give a quota",
    ),
    "a list for one number": (
        "[parameters]\nstrength = [1.0, 2.0]",
        (
            "trial.toml:5: parameters.strength = [1.0, 2.0]: must be one value here, not a list of "
            "them; sweep it: [sweep] strength = [...]"
        ),
    ),
    "an institution among the parameters": (
        '[parameters]\ninstitution = "league"',
        'trial.toml:5: parameters.institution is not set here; write institutions = ["..."]',
    ),
    "a swept value out of range": (
        "[sweep.strength]\nvalues = [1.0, 12.0]",
        "trial.toml:5: sweep.strength = 12: must lie in (0, 10]; give a number in (0, 10]",
    ),
    "a swept range out of range": (
        '[sweep."levers.monitoring"]\nlinspace = [0.0, 1.5, 4]',
        "trial.toml:5: sweep.levers.monitoring = 1.5: must lie in [0, 1]",
    ),
    "a swept structure out of range": (
        "[sweep]\nrounds = [1, 6]",
        "trial.toml:5: sweep.rounds = 6: must lie in [1, 5]",
    ),
    "text swept for a number": (
        '[sweep]\nstrength = ["1"]',
        "trial.toml:5: sweep.strength = ['1']: must be numbers; give a number in (0, 10]",
    ),
    "a swept choice that does not exist": (
        '[sweep]\nlevers.selection = ["worst", "beast"]',
        (
            "trial.toml:5: sweep.levers.selection = 'beast': must be one of "
            "worst | risk-dominant | "
            "best; write 'best'"
        ),
    ),
    "NaN": (
        "[parameters]\nstrength = nan",
        (
            "trial.toml:5: parameters.strength = nan: must be finite, not NaN or infinite; "
            "give a number"
        ),
    ),
    "NaN in a sweep": (
        "[sweep]\nstrength = [1.0, nan]",
        "trial.toml:5: sweep.strength.values = nan: must be finite",
    ),
    "an infinite option": (
        "[options]\nlimit = inf",
        "trial.toml:5: options.limit = inf: must be finite",
    ),
    "an empty sweep": (
        "[sweep.strength]\nvalues = []",
        "trial.toml:5: sweep.strength = []: is empty; give at least one value",
    ),
    "a sweep of no points": (
        "[sweep.strength]\nlinspace = [1.0, 2.0, 0]",
        "trial.toml:5: sweep.strength = 0: the number of points must be a whole number, 1 or more",
    ),
    "a sweep of half a point": (
        "[sweep.strength]\nlinspace = [1.0, 2.0, 1.5]",
        "trial.toml:5: sweep.strength = 1.5: the number of points must be a whole number",
    ),
    "an axis without points": (
        "[sweep.strength]",
        "trial.toml:4: sweep.strength = []: needs exactly one of values, linspace, logspace",
    ),
    "an axis with two sorts of points": (
        "[sweep.strength]\nvalues = [1.0]\nlinspace = [1.0, 2.0, 3]",
        "trial.toml:4: sweep.strength = ['values', 'linspace']: needs exactly one of",
    ),
    "a logarithm of nothing": (
        "[sweep.strength]\nlogspace = [0.0, 1.0, 3]",
        "trial.toml:5: sweep.strength = 0: both ends of logspace must be above 0",
    ),
    "a billion points": (
        "[sweep.strength]\nlinspace = [1.0, 2.0, 1_000_000_000]",
        (
            "trial.toml:5: sweep.strength = 1000000000: makes 2,000,000,000 games "
            "(strength 1,000,000,000 x assumption sets and institutions 2), more than the limit of "
            "5,000,000; reduce strength to 2,500,000 points or fewer"
        ),
    ),
    "a sample of a billion": (
        "[sample]\nn = 1_000_000_000\nranges.strength = [1, 2]",
        "trial.toml:5: sample.n = 1000000000: makes 2,000,000,000 games",
    ),
    "a parameter swept and fixed": (
        "[parameters]\nstrength = 1.0\n[sweep]\nstrength = [1.0, 2.0]",
        (
            "trial.toml:7: sweep.strength is swept here and fixed by parameters.strength at "
            "trial.toml:5; remove one of the two"
        ),
    ),
    "a lever swept and fixed": (
        "[levers]\nmonitoring = 1.0\n[sweep.levers]\nmonitoring = [1.0, 0.0]",
        (
            "trial.toml:7: sweep.levers.monitoring is swept here and fixed by levers.monitoring at "
            "trial.toml:5; remove one of the two"
        ),
    ),
    "a parameter swept and sampled": (
        "[sweep]\nstrength = [1.0]\n[sample]\nranges.strength = [1, 2]",
        "trial.toml:7: sample.ranges.strength is swept as well; keep one of the two",
    ),
    "an unknown axis": (
        "[sweep]\nstrenght = [1.0]",
        (
            "trial.toml:5: sweep.strenght is not a parameter, lever or institution field "
            "of skirmish; "
            "did you mean 'strength'?"
        ),
    ),
    "a sampled structure": (
        "[sample]\nranges.rounds = [1, 5]",
        (
            "trial.toml:5: sample.ranges.rounds = [1.0, 5.0]: is a whole number (one for a "
            "whole sweep), which cannot be sampled; sweep it: values = [...]"
        ),
    ),
    "a sample out of range": (
        "[sample]\nranges.strength = [1, 20]",
        "trial.toml:5: sample.ranges.strength = 20: must lie in (0, 10]; narrow the range",
    ),
    "a sample upside down": (
        "[sample]\nranges.strength = [2, 1]",
        "trial.toml:5: sample.ranges.strength = [2.0, 1.0]: must be [low, high] with low below",
    ),
    "a sample of nothing": (
        "[sample]\nn = 10",
        "trial.toml:4: sample is empty; add [sample.ranges] with NAME = [low, high]",
    ),
    "an unknown assumption set": (
        'assumptions = ["realst"]',
        "trial.toml:4: assumptions = 'realst': is no assumption set; did you mean 'realist'?",
    ),
    "an unknown institution": (
        'institutions = ["un-chart"]',
        "trial.toml:4: institutions = 'un-chart': is no institution; did you mean 'un-charter'?",
    ),
    "an assumption set in a missing file": (
        'assumptions = ["mine.toml"]',
        "trial.toml:4: assumptions = 'mine.toml': no such file; give a path relative to",
    ),
    "no assumption set at all": (
        "assumptions = []",
        "trial.toml:4: assumptions = []: is empty; name an assumption set, or leave the key out",
    ),
    "one assumption set twice": (
        'assumptions = ["realist", "realist"]',
        "trial.toml:4: assumptions = 'realist': comes twice; give each a name of its own",
    ),
    "an unknown observable": (
        'observables = ["hodl"]',
        (
            "trial.toml:4: observables = 'hodl': is not an observable of skirmish; "
            "did you mean 'hold'?"
        ),
    ),
    "a base that is missing": (
        'extends = ["base.toml"]',
        "trial.toml:4: extends = 'base.toml': no such file; give a path relative to the file that",
    ),
    "a base that is no list": (
        'extends = "base.toml"',
        "trial.toml:4: extends = 'base.toml': must be a list of files; write [\"other.toml\"]",
    ),
    "a circle": (
        'extends = ["trial.toml"]',
        "trial.toml:4: extends = 'trial.toml': goes round in a circle; remove one of the two",
    ),
    "no TOML": (
        "seed =",
        "trial.toml:4: seed =: is not TOML (invalid value); write key = value, numbers as 0.5, ",
    ),
    "another notation": (
        "assumptions: realist",
        "trial.toml:4: assumptions: realist: is not TOML (expected '=' after a key in a key/value ",
    ),
    "a key that comes twice": (
        "seed = 1\nseed = 2",
        "trial.toml:5: seed = 2: is not TOML (cannot overwrite a value); keep one of the two",
    ),
    "an observable like no other": (
        'observables = ["xyz"]',
        "trial.toml:4: observables = 'xyz': is not an observable of skirmish; choose one of ",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_used_is_refused_with_file_line_key_rule_and_remedy(write, case):
    text, message = REFUSED[case]
    found = problems(write(text))
    assert len(found) == 1
    assert found[0].startswith(message)


def test_a_missing_file_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert problems("nowhere.toml") == ("nowhere.toml: no such file; check the path",)


def test_an_unknown_game_is_answered_with_the_nearest(write):
    found = problems(write('game = "skirmich"', head=""))
    assert found == ("trial.toml:1: game = 'skirmich': is not a game; did you mean 'skirmish'?",)


def test_a_config_without_a_game_is_told_which_there_are(write):
    found = problems(write('title = "T"', head=""))
    assert found[0].startswith('trial.toml: game is missing; add game = "..." with one of ')
    assert "skirmish" in found[0]


def test_institutions_are_refused_where_the_game_has_none(write):
    text = 'game = "council"\ninstitutions = ["un-charter"]'
    found = problems(write(text, head=""))
    (problem,) = found
    assert problem.startswith("trial.toml:2: institutions = ['un-charter']: council is played ")
    assert problem.endswith("without institutions; remove it")


def test_all_problems_are_reported_at_once(write):
    text = (
        "sede = 1\n"
        'assumptions = ["realst"]\n'
        "[parameters]\nstrength = 99\nwaves = 0\n"
        "[sweep.rounds]\nvalues = [7]\n"
    )
    found = problems(write(text), "levers.monitoring=2", "nonsense")
    assert [line.split(" ")[1] for line in problems(write(text))] == [
        "sede", "parameters.strength", "parameters.waves", "assumptions", "sweep.rounds",
    ]  # fmt: skip
    assert found == (
        (
            "--set: 'nonsense': is not key=value; "
            "write --set parameters.income=120 or --set 'levers.monitoring=0.5'"
        ),
    )


def test_a_rule_between_swept_values_is_checked_before_anything_is_solved(write):
    path = write("[sweep.institution]\nquota = [9, 16]")
    assert problems(path)[0].startswith(
        "trial.toml:5: sweep.institution.quota = 16: exceeds the 15 seats of the council; give a"
    )


def test_a_preset_file_with_a_mistake_is_named_with_its_line(write):
    write("monitoring = 0.5\npledge_cost = 3.0\n", "mine.toml", head="")
    found = problems(write('assumptions = ["mine.toml"]'))
    assert found[0].startswith("mine.toml:2: pledge_cost = 3: must lie in [0, 2]")


def test_a_preset_file_that_holds_a_list_is_refused(write):
    write("monitoring = [0.5, 0.6]\n", "mine.toml", head="")
    found = problems(write('assumptions = ["mine.toml"]'))
    assert found == (
        "mine.toml:1: monitoring is a list; give one value, and sweep it in the config",
    )


def test_later_files_win_key_by_key(write):
    write("seed = 1\n[parameters]\nstrength = 2.0\nwaves = 3\n", "low.toml")
    write("[parameters]\nstrength = 4.0\n[levers]\nmonitoring = 0.25\n", "middle.toml", head="")
    path = write('extends = ["low.toml", "middle.toml"]\n[parameters]\nrounds = 4\n', head="")
    config = load(path)
    assert config.seed == 1
    assert (config.game.strength, config.game.waves, config.game.rounds) == (4.0, 3, 4)
    assert [float(item.monitoring) for item in config.assumptions] == [0.25, 0.25]


def test_an_axis_is_replaced_as_a_whole(write):
    write("[sweep.strength]\nlinspace = [1.0, 2.0, 5]\n", "base.toml")
    config = load(write('extends = ["base.toml"]\n[sweep.strength]\nvalues = [3.0]\n', head=""))
    assert config.sweep.axes[0].columns["strength"].tolist() == [3.0]


def test_overrides_come_last(write):
    path = write("seed = 1\n[parameters]\nstrength = 2.0\n[sweep]\nlevers.monitoring = [0.5]\n")
    config = load(
        path,
        ["seed=5", "parameters.strength = 3", "equilibria=all", "sweep.levers.monitoring=[0, 1]",
         "options.note=two words", "parameters.cost=[4, 5]", 'parameters.members=["X", "Y"]'],
    )  # fmt: skip
    assert config.seed == 5
    assert config.game.strength == 3.0
    assert config.game.cost.tolist() == [4.0, 5.0]
    assert config.equilibria is Store.ALL
    assert config.sweep.axes[0].columns["levers.monitoring"].tolist() == [0.0, 1.0]
    assert config.options == {"note": "two words"}


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("seed", "--set: 'seed': is not key=value; write --set parameters.income=120"),
        ("seed=", "--set: 'seed=': is not key=value"),
        ("parameters.cost=[1, 2", "--set: parameters.cost = [1, 2: is not a TOML value; write"),
        ("a b=3", "--set: a b: is not a key; write"),
        ("extends=[]", "--set: extends: is set in files only"),
        ("parameters.strength=nan", "--set: parameters.strength = nan: must be finite"),
        ("parameters.strength=high", "--set: parameters.strength = 'high': must be a number"),
        ("parameters.strenght=1", "--set: parameters.strenght = 1: is not part of skirmish; did"),
    ],
)
def test_an_override_that_cannot_be_used_is_refused(write, override, message):
    (found,) = problems(write(""), override)
    assert found.startswith(message)


def test_every_value_knows_where_it_was_set(write):
    write("[parameters]\nwaves = 2\nstrength = 1.5\n", "base.toml")
    write("[monitoring]\nvalue = 0.4\n", "mine.toml", head="")
    path = write(
        'extends = ["base.toml"]\nassumptions = ["realist", "mine.toml", "neutral"]\n'
        "[parameters]\nstrength = 2.0\n[sweep.levers.legitimacy]\nvalues = [0.0, 1.0]\n"
        "[options]\ndepth = 3\n"
    )
    origin = load(path, ["levers.pledge_cost=0.1", "seed=3"]).origin()
    assert origin["title"] == "trial.toml:1"
    assert origin["seed"] == "--set"
    assert origin["equilibria"] == "default"
    assert origin["parameters.waves"] == "base.toml:5"
    assert origin["parameters.strength"] == "trial.toml:7"
    assert origin["parameters.rounds"] == "default of the game"
    assert origin["assumptions.mine.monitoring"] == "mine.toml:2"
    assert origin["assumptions.mine.legitimacy"] == "default of the lever"
    assert origin["assumptions.realist.pledge_cost"] == "--set"
    preset, _, line = origin["assumptions.realist.monitoring"].rpartition(":")
    assert preset == "collsec/assumptions/presets/realist.toml"
    assert int(line) > 0
    assert origin["sweep.levers.legitimacy.values"] == "trial.toml:9"
    assert origin["options.depth"] == "trial.toml:11"


def test_every_resolved_value_has_an_origin(write):
    config = load(
        write('institutions = ["un-charter"]\n[options]\na = 1\n[sweep]\nstrength = [1]\n')
    )
    resolved, origin = config.resolved(), config.origin()
    for table in ("assumptions", "institutions"):
        for name, values in resolved[table].items():
            assert {f"{table}.{name}.{key}" for key in values} <= origin.keys()
    assert {f"parameters.{key}" for key in resolved["parameters"]} <= origin.keys()
    assert {"sweep.strength.values", "options.a"} <= origin.keys() or "sweep.strength" in origin


def test_the_resolved_config_writes_out_every_default(write):
    resolved = load(
        write('institutions = ["un-charter"]\n[institution]\nleakage = 0.2\n')
    ).resolved()
    assert resolved["parameters"]["cost"] == [1.0, 2.0, 3.0]
    assert resolved["parameters"]["institution"]["quota"] == 9
    assert resolved["assumptions"]["realist"]["selection"] == "risk-dominant"
    assert resolved["institutions"]["un-charter"]["leakage"] == 0.2
    assert resolved["institutions"]["un-charter"]["trigger"] == "vote"
    assert resolved["observables"] == ["hold", "burden", "ceiling"]


def test_the_hash_is_of_the_content_not_of_the_spelling(write):
    one = load(write("[parameters]\nstrength = 2\n[sweep.levers]\nmonitoring = [0, 1]\n"))
    two = load(
        write(
            'seed = 0\n[sweep."levers.monitoring"]\nvalues = [0.0, 1.0]\n'
            "[parameters]\nstrength = 2.0\nwaves = 1\n",
            "other.toml",
        )
    )
    three = load(write("[parameters]\nstrength = 2.5\n[sweep.levers]\nmonitoring = [0, 1]\n"))
    assert one.hash == two.hash
    assert one.hash != three.hash
    assert len(one.hash) == 64


def test_options_are_part_of_the_hash(write):
    path = write("[options]\ndepth = 1\n")
    assert load(path).hash != load(path, ["options.depth=2"]).hash


def test_an_institution_override_changes_the_games_own_institution(write):
    config = load(write("[institution]\nleakage = 0.3\n"))
    assert [item.label for item in config.institutions] == ["un-charter"]
    assert float(config.institutions[0].leakage) == 0.3


def test_a_config_names_both_presets_unless_it_says_otherwise(write):
    config = load(write(""))
    assert [item.name for item in config.assumptions] == [("realist",), ("institutionalist",)]


def test_lists_per_member_are_swept(write):
    config = load(write("[sweep.cost]\nvalues = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]\n"))
    assert config.sweep.axes[0].columns["cost"].tolist() == [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    (found,) = problems(write("[sweep]\nstrength = [[1.0, 2.0]]\n"))
    assert found.startswith("trial.toml:5: sweep.strength = [[1.0, 2.0]]: must be numbers; give")


def test_files_are_named_relative_to_the_config_that_names_them(write, tmp_path):
    (tmp_path / "sub").mkdir()
    write("monitoring = 0.125\n", "sub/mine.toml", head="")
    config = load(write('assumptions = ["mine.toml"]', "sub/trial.toml"))
    assert float(config.assumptions[0].monitoring) == 0.125
