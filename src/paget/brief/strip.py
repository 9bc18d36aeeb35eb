"""The strip of facts under the question: interval, timing, lesions, burden, state, score, and their basis."""

from __future__ import annotations

from typing import Any, Final

from paget.brief.case_view import CaseView
from paget.brief.criteria import counted, members_of
from paget.brief.findings import Findings, state_of
from paget.brief.growth import doubling
from paget.brief.rows import Tile
from paget.brief.scores import points, primary_score
from paget.brief.tiles import Remark, qualified, said, tile
from paget.brief.words import (
    UNKNOWN,
    Shown,
    bounds,
    listed,
    months_words,
    number,
    range_words,
    unit_words,
    value_words,
    visible,
)


def strip(view: CaseView, findings: Findings) -> tuple[Tile, ...]:
    """The facts under the question; what does not apply is left out, of a record without a tumour all."""
    if view.tumour is None and findings.surely("weight_loss_revision"):
        return ()
    tiles = (
        _interval(view, findings),
        _timing(view, findings),
        _lesions(view, findings),
        _burden(view, findings),
        _oligometastatic(findings),
        _score(findings),
    )
    shown = tuple(each for each in tiles if each is not None)
    if len(shown) < _FEW:
        more = (_nature(findings), _to_failure(findings))
        shown = (*(each for each in more if each is not None), *shown)
    return shown


_NAMED: Final = 2  # missing facts named under a score
_FEW: Final = 4  # tiles that leave room for others


def _nature(findings: Findings) -> Tile | None:
    """What the new disease is, where there is no metastasis to speak of."""
    name = "nature_of_new_lesion"
    if not findings.surely(name):
        return None
    shown = value_words(findings.value(name))
    possible = findings.classes(name)
    remarks: list[Remark] = [
        (f"may be {listed(possible, 'or')}" if possible else "", findings.basis(name)),
        (qualified(findings, name, ""), findings.basis(name)),
    ]
    value = Shown("unknown", "unknown") if shown.certainty == "partly" else shown
    return tile("New disease", value, remarks, findings[name])


def _to_failure(findings: Findings) -> Tile | None:
    name = "last_treatment_to_failure_days"
    shown = months_words(findings.value(name))
    if not findings.surely(name) or shown.certainty == "unknown":
        return None
    text, _, unit = shown.text.rpartition(" ")
    remarks: list[Remark] = [("from the last definitive treatment", findings.basis(name))]
    return tile("Found after", Shown(text, shown.certainty), remarks, findings[name], unit=unit)


def _interval(view: CaseView, findings: Findings) -> Tile | None:
    name = "disease_free_interval_days"
    if name not in findings:
        return None
    label = "Disease-free interval"
    if _nothing_found(view, findings, name):
        return tile(label, UNKNOWN, [(_NOTHING, findings.basis(name))], findings[name])
    shown = months_words(findings.value(name))
    text, _, unit = shown.text.rpartition(" ")
    if shown.certainty == "unknown":
        text, unit = shown.text, ""
    remarks: list[Remark] = [(_interval_note(view, findings.value(name)), findings.basis(name))]
    return tile(label, Shown(text, shown.certainty), remarks, findings[name], unit=unit)


_NOTHING: Final = "no metastasis is recorded"


def _nothing_found(view: CaseView, findings: Findings, name: str) -> bool:
    """Whether a finding speaks of metastases although none is recorded: then it says nothing yet."""
    return not findings.surely(name) and not (view.lesions or view.sites)


def _interval_note(view: CaseView, value: Any) -> str:
    """From which day to which day, where the case shows the same days as the finding."""
    operation, end = view.definitive, view.detected
    diagnosed = None if view.tumour is None else view.day(view.tumour, "diagnosed_day")
    if bounds(value) == (0, 0):
        when = "the end of the primary's treatment" if operation is not None else "the primary was treated"
        return f"metastasis found before {when}"
    if operation is None:
        maybe = any(row.definitive is None and row.modality == "surgery" for row in view.treatments)
        if maybe:
            return "whether the operation on the primary was definitive is not recorded"
        return "no definitive treatment of the primary recorded"
    start = view.ended(operation)
    if end is None:
        return "no first detection recorded"
    if start is not None and diagnosed is not None and start[1] < diagnosed[0]:
        return "the treatment recorded lies before the diagnosis"
    if start is None or bounds(value) != (end[0] - start[1], end[1] - start[0]):
        return ""
    write = view.calendar.write
    return f"{operation.residual or 'treated'} {write(start)} to {write(end)}"


def _timing(view: CaseView, findings: Findings) -> Tile | None:
    name = "timing"
    if name not in findings:
        return None
    if _nothing_found(view, findings, name):
        return tile("Timing", UNKNOWN, [(_NOTHING, findings.basis(name))], findings[name])
    shown = value_words(findings.value(name))
    several = shown.certainty == "partly"
    since = months_words(findings.value("diagnosis_to_metastasis_days"))
    caution = qualified(findings, name, "")
    remarks: list[Remark] = [
        (listed(findings.classes(name), "or") if several else caution, findings.basis(name)),
        said(findings, "interval_class", "") if not several else None,
        None
        if "diagnosis_to_metastasis_days" not in findings or since.certainty == "unknown"
        else (f"{since.text} from diagnosis", findings.basis("diagnosis_to_metastasis_days")),
        _m_category(findings),
    ]
    return tile("Timing", Shown("unknown", "unknown") if several else shown, remarks, findings[name])


def _m_category(findings: Findings) -> Remark:
    name = "m_category"
    value = findings.value(name)
    if not findings.surely(name) or value is None:
        return None
    if isinstance(value, str):
        return said(findings, name, "")
    possible = findings.classes(name)
    return (f"M category {listed(possible, 'or')}", findings.basis(name)) if possible else None


def _lesions(view: CaseView, findings: Findings) -> Tile | None:
    if "lesion_count" not in findings:
        return None
    ends = bounds(findings.value("lesion_count")) or (None, None)
    shown = range_words(*ends)
    organs = value_words(findings.value("organ_count"), "organ")
    organs_text = "organs unknown" if organs.certainty == "unknown" else organs.text
    seen = _seen(view)
    remarks: list[Remark] = [
        (f"seen: {'; '.join(seen)}" if seen else "", findings.basis("lesion_count")),
        (organs_text, findings.basis("organ_count")) if "organ_count" in findings else None,
    ]
    one = shown.text == "1" or shown.text.endswith(" 1")
    unit = unit_words("lesion", 1 if one else None)
    return tile("Lesions", shown, remarks, findings["lesion_count"], unit=unit)


def _seen(view: CaseView) -> list[str]:
    """How many distant lesions of each organ are recorded; those of unknown nature may be none."""
    distant = [row for row in view.standing if row.relation == "distant"]
    said = []
    for organ in dict.fromkeys(row.organ for row in distant):
        here = [row for row in distant if row.organ == organ]
        sure = sum(view.nature(row.lesion_id) == "yes" for row in here)
        amount = str(sure) if sure == len(here) else f"{sure} to {len(here)}"
        said.append(f"{amount} {visible(organ or 'unplaced', 30)}")
    return said + [f"{visible(row.organ or 'unplaced', 30)}, number unknown" for row in view.sites]


def _burden(view: CaseView, findings: Findings) -> Tile | None:
    volume, largest = "total_volume_ml", "largest_lesion_mm"
    shown = range_words(*(bounds(findings.value(volume)) or (None, None)))
    size = range_words(*(bounds(findings.value(largest)) or (None, None)))
    by_size = largest in findings and (
        volume not in findings or (shown.certainty == "unknown" and size.certainty != "unknown")
    )
    name, unit = (largest, "mm") if by_size else (volume, "mL")
    if name not in findings:
        return None
    remarks: list[Remark] = [
        said(findings, volume, "largest lesion; volume")
        if by_size
        else said(findings, largest, "largest", "mm"),
        said(findings, "sum_of_cubes_cm3", "sum of cubes", "cm3"),
        (_doubling(view), 0),
    ]
    return tile("Burden", size if by_size else shown, remarks, findings[name], unit=unit)


def _doubling(view: CaseView) -> str:
    """Between which times lesions double that surely are tumour and grow, each reading off by its error."""
    least: list[float] = []
    most: list[float | None] = []
    for lesion in view.standing:
        sizes = view.sizes(lesion)
        found = doubling(sizes[-2], sizes[-1]) if len(sizes) > 1 else None
        if found is not None and found.days is not None and view.nature(lesion.lesion_id) == "yes":
            least.append(found.days if found.least is None else found.least)
            most.append(found.most)
    if not least:
        return ""
    low, longest = number(round(min(least))), [days for days in most if days is not None]
    if len(longest) < len(most):
        return f"doubling in {low} days or more"
    high = number(round(max(longest)))
    return f"doubling in {low} days" if low == high else f"doubling in {low} to {high} days"


def _oligometastatic(findings: Findings) -> Tile | None:
    name = "oligometastatic_state"
    if name not in findings:
        return None
    shown = value_words(findings.value(name))
    several = shown.certainty == "partly"
    states = [state_of(findings.value(one)) for one in members_of(findings, name)]
    depends = any(text.startswith("With ") for text in findings[name].beside)
    possible = findings.classes(name) if findings.surely(name) else ()
    criteria = counted(states).replace(" ", f" of {len(states)} criteria ", 1) if states else ""
    remarks: list[Remark] = [
        (qualified(findings, name, criteria), findings.basis(name)),
        (f"may be {listed(possible, 'or')}" if possible else "", findings.basis(name)),
        ("depends on the limits chosen", 0) if depends else None,
    ]
    value = Shown("unknown", "unknown") if several else shown
    return tile("Oligometastatic state", value, remarks, findings[name])


def _few(names: tuple[str, ...]) -> str:
    """Two names, the others counted."""
    return listed(names if len(names) <= _NAMED + 1 else (*names[:_NAMED], f"{len(names) - _NAMED} more"))


def _score(findings: Findings) -> Tile | None:
    name = primary_score(findings)
    if name is None:
        return None
    pips, most = points(findings.raw[name])
    shown = value_words(findings.value(name))
    group = findings.raw[name].get("group")
    lacking = findings[name].missing if shown.certainty != "known" else ()
    remarks: list[Remark] = [
        (f"{_few(lacking)} missing", findings.basis(name)) if lacking else None,
        (f"{value_words(group).text} risk", 0 if lacking else findings.basis(name)) if group else None,
        (qualified(findings, name, ""), 0),
    ]
    title = "Clinical risk score" if name == "fong_score" else findings[name].title
    certain = Shown(shown.text, "unknown" if shown.certainty == "unknown" else "known")
    return tile(title, certain, remarks, findings[name], unit=f"of {most}" if most else "", pips=pips)
