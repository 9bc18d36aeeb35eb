"""Bad tables and bad wishes of a calibration: refused with the place, the name and the range."""

from __future__ import annotations

import pytest

from open_tables import FILE, RECURRENCE, changed, read, written
from paget.biology.calibration import calibrate, tables
from paget.cli import main
from paget.errors import BadInput, KnowledgeError, NotFound

WRONG = {
    "no such parameter": (
        changed(parameters__nothing={"range": [1, 2], "prior": "uniform"}),
        "no parameter nothing",
        "primary_seeding",
    ),
    "a range that is wider than can be": (
        changed(parameters__primary_seeding__range=[1e-11, 7.0]),
        "range of primary_seeding",
        "from 0 to 1 1/day",
    ),
    "a range of a list wider than can be": (
        changed(parameters__doubling_time__range=[10, 99_000]),
        "range of doubling_time",
        "above 0, to 100000 day",
    ),
    "a range upside down": (
        changed(parameters__primary_seeding__range=[1e-9, 1e-11]),
        "range of primary_seeding is none",
        "lower",
    ),
    "log-uniform from nothing": (
        changed(parameters__primary_seeding__range=[0, 1e-9]),
        "log-uniform from 0",
        "uniform",
    ),
    "shares that would no longer add up": (
        changed(parameters__primary_spread={"range": [0.1, 0.9], "prior": "uniform"}),
        "primary_spread",
        "shares",
    ),
    "another prior": (changed(parameters__primary_seeding__prior="flat"), "cannot be 'flat'", ""),
    "nothing to fit": (changed(parameters={}), "nothing is to be fitted", "parameter"),
    "no data": (
        changed(tables__recurrence__use="check", tables__doubling__use="check"),
        "no table is data",
        "fit",
    ),
    "unconfirmed data": (
        changed(tables__recurrence__confirmed=False),
        "recurrence was not confirmed",
        "check",
    ),
    "without source": (changed(tables__recurrence__source=None), "lacks source", ""),
    "no error": (changed(tables__recurrence__se=None), "recurrence has no error", "se"),
    "n of a mean": (
        changed(tables__doubling__se=None, tables__doubling__n=18),
        "doubling has no error",
        "se",
    ),
    "no error to speak of": (changed(tables__recurrence__se=0), "recurrence: an error of nothing", "above 0"),
    "an interval upside down": (
        changed(tables__recurrence__se=None, tables__recurrence__interval=[40, 20]),
        "interval is none",
        "lower",
    ),
    "a spread without a reason": (
        changed(tables__recurrence__spread=5),
        "spread without a reason",
        "because",
    ),
    "a share above all": (
        changed(tables__recurrence__value=127),
        "recurrence lies outside its range",
        "0 to 100",
    ),
    "another unit": (changed(tables__doubling__unit="year"), "another unit", "day"),
    "no such summary": (
        changed(tables__recurrence__summary={"name": "relapses"}),
        "no such summary",
        "recurrence",
    ),
    "a summary without its day": (
        changed(tables__recurrence__summary={"name": "recurrence"}),
        "asks for by",
        "36525",
    ),
    "days in no order": (
        changed(tables__recurrence__summary={"name": "relapse after operation", "after": 9, "by": 9}),
        "not in order",
        "after",
    ),
    "a choice that is none": (
        changed(tables__recurrence__summary={"name": "recurrence", "by": 9, "stage": 3}),
        "knows no stage",
        "organ",
    ),
    "no such organ": (
        changed(tables__recurrence__summary={"name": "recurrence", "by": 9, "organ": "brain"}),
        "no such organ",
        "liver",
    ),
    "no such residual": (
        changed(tables__recurrence__summary={"name": "recurrence", "by": 9, "residual": "R3"}),
        "residual",
        "R0",
    ),
    "no range of lesions": (
        changed(tables__recurrence__summary={"name": "recurrence", "by": 9, "lesions": [5, 1]}),
        "lesions",
        "[1, 5]",
    ),
    "a difference of what has none": (
        changed(tables__recurrence__against={"most_operations": 0}),
        "no difference",
        "against",
    ),
    "a policy outside its range": (
        changed(tables__recurrence__with={"p_r0": 2.0}),
        "p_r0 lies outside its range",
        "from 0 to 1",
    ),
    "another model": (changed(model="vessel_neck"), "another model", "virtual patient"),
    "no day": (changed(gathered="4 May 2026"), "gathered on no day", "2026-05-04"),
    "another kind": (changed(kind="biology"), "holds no biology tables", "biology tables"),
    "an unknown key": (changed(weights=3), "has no key 'weights'", ""),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_bad_table_is_refused_with_its_line(name: str, tmp_path) -> None:
    data, what, mend = WRONG[name]
    with pytest.raises(KnowledgeError) as refused:
        read(tmp_path, data)
    assert what in refused.value.what
    assert mend in refused.value.mend
    assert "made_up_tables.yaml:" in refused.value.where


def test_the_file_itself_is_sound(tmp_path) -> None:
    assert [one.name for one in read(tmp_path).tables] == list(FILE["tables"])
    assert RECURRENCE["confirmed"]


def test_a_model_that_is_not_there(tmp_path) -> None:
    with pytest.raises(KnowledgeError, match="no knowledge file"):
        read(tmp_path, changed(model="nowhere"))
    with pytest.raises(NotFound):
        tables(tmp_path / "nowhere.yaml")
    with pytest.raises(NotFound):
        tables("nowhere")


@pytest.mark.parametrize(
    ("wish", "name", "mend"),
    [
        ({"draws": 20}, "draws", "100 or more"),
        ({"patients": 10}, "patients", "200 to 1,000,000"),
        ({"patients": 10**7}, "patients", "200 to 1,000,000"),
        ({"threads": 0}, "threads", "one or more"),
        ({"seed": -1}, "seed", "0 to"),
    ],
)
def test_a_wish_outside_its_range_is_refused_by_name(wish, name, mend, tmp_path) -> None:
    with pytest.raises(BadInput) as refused:
        calibrate(read(tmp_path), **wish)
    assert refused.value.where == name
    assert mend in refused.value.mend


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere.yaml"], "no such file"),
        (["nowhere"], "no knowledge file named"),
        (["fong_score"], "holds no biology tables"),
        (["--date", "4 May"], "that is no date"),
        (["--out", "model.json"], "no knowledge file"),
        (["--draws", "3"], "too few draws"),
    ],
)
def test_the_command_refuses_before_it_begins(words, said, tmp_path, capsys) -> None:
    path = str(written(tmp_path))
    named = words[:1] if not words[0].startswith("-") else [path]
    assert main(["calibrate", "biology", *named, *(words if named == [path] else [])]) in {2, 3}
    assert said in capsys.readouterr().err
