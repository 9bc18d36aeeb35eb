"""The strip of facts under the question: interval, timing, lesions, burden, state, score, and their basis."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from paget.brief.case_view import CaseView
from paget.brief.criteria import counted, members_of
from paget.brief.findings import IF_IT_APPLIES, Findings, state_of
from paget.brief.found import Finding
from paget.brief.growth import doubling
from paget.brief.rows import Pips, Tile
from paget.brief.scores import points, primary_score
from paget.brief.words import (
    UNKNOWN,
    Shown,
    Span,
    Words,
    bounds,
    capital,
    listed,
    months_words,
    number,
    range_words,
    unit_words,
    value_words,
    visible,
    words,
)
from paget.figures import State

Remark = tuple[str, int] | None
"""A few words under a value, with the number of their basis."""


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
    return tuple(tile for tile in tiles if tile is not None)


def _tile(
    label: str,
    shown: Shown,
    remarks: list[Remark],
    finding: Finding,
    *,
    unit: str = "",
    pips: Pips | None = None,
) -> Tile:
    """A tile; the basis stands at the value where no remark under it refers to it."""
    basis = finding.basis
    if finding.applies == "unknown" and shown.certainty != "unknown":
        remarks = [(IF_IT_APPLIES, 0), *remarks]
        shown = Shown(shown.text, "partly")
    said = [remark for remark in remarks if remark is not None and remark[0]]
    unknown = shown.certainty == "unknown"
    state: State | None = "unknown" if unknown else None
    value = words(shown.span, Span(f" {unit}", "small") if unit and not unknown else "")
    if basis and all(number_ != basis for _, number_ in said):
        value = (*value[:-1], replace(value[-1], basis=basis))
    return Tile(label, value, _sentences(said), state, pips)


def _sentences(said: list[tuple[str, int]]) -> Words:
    spans: list[Span] = []
    for index, (text, basis) in enumerate(said):
        last = index == len(said) - 1
        spans.append(Span(f"{capital(text)}{'' if last else '.'}", "", basis))
        if not last:
            spans.append(Span(" "))
    return tuple(spans)


def _said(findings: Findings, name: str, lead: str, unit: str = "") -> Remark:
    """A finding as a remark: its value after a few words."""
    if not findings.surely(name):
        return None
    text = f"{lead} {value_words(findings.value(name), unit).text}".strip()
    return _qualified(findings, name, text), findings.basis(name)


def _qualified(findings: Findings, name: str, text: str) -> str:
    """A remark that says whether the finding is at a boundary, and whether its rule is confirmed."""
    finding = findings[name]
    said = ["at the boundary"] if finding.at_boundary else []
    said += [] if finding.confirmed else ["rule unconfirmed"]
    return f"{text} ({', '.join(said)})" if text and said else text or ", ".join(said)


def _interval(view: CaseView, findings: Findings) -> Tile | None:
    name = "disease_free_interval_days"
    if name not in findings:
        return None
    label = "Disease-free interval"
    if _nothing_found(view, findings, name):
        return _tile(label, UNKNOWN, [(_NOTHING, findings.basis(name))], findings[name])
    shown = months_words(findings.value(name))
    text, _, unit = shown.text.rpartition(" ")
    if shown.certainty == "unknown":
        text, unit = shown.text, ""
    remarks: list[Remark] = [(_interval_note(view, findings.value(name)), findings.basis(name))]
    return _tile(label, Shown(text, shown.certainty), remarks, findings[name], unit=unit)


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
        return _tile("Timing", UNKNOWN, [(_NOTHING, findings.basis(name))], findings[name])
    shown = value_words(findings.value(name))
    several = shown.certainty == "partly"
    since = months_words(findings.value("diagnosis_to_metastasis_days"))
    qualified = _qualified(findings, name, "")
    remarks: list[Remark] = [
        (listed(findings.classes(name), "or") if several else qualified, findings.basis(name)),
        _said(findings, "interval_class", "") if not several else None,
        None
        if "diagnosis_to_metastasis_days" not in findings or since.certainty == "unknown"
        else (f"{since.text} from diagnosis", findings.basis("diagnosis_to_metastasis_days")),
        _m_category(findings),
    ]
    return _tile("Timing", Shown("unknown", "unknown") if several else shown, remarks, findings[name])


def _m_category(findings: Findings) -> Remark:
    name = "m_category"
    value = findings.value(name)
    if not findings.surely(name) or value is None:
        return None
    if isinstance(value, str):
        return _said(findings, name, "")
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
    return _tile("Lesions", shown, remarks, findings["lesion_count"], unit=unit)


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
        _said(findings, volume, "largest lesion; volume")
        if by_size
        else _said(findings, largest, "largest", "mm"),
        _said(findings, "sum_of_cubes_cm3", "sum of cubes", "cm3"),
        (_doubling(view), 0),
    ]
    return _tile("Burden", size if by_size else shown, remarks, findings[name], unit=unit)


def _doubling(view: CaseView) -> str:
    """The range of doubling times of the lesions that are known to be tumour and grow."""
    days = []
    for lesion in view.standing:
        sizes = view.sizes(lesion)
        found = doubling(sizes[-2], sizes[-1]) if len(sizes) > 1 else None
        if found is not None and found.days is not None and view.nature(lesion.lesion_id) == "yes":
            days.append(round(found.days))
    if not days:
        return ""
    low, high = number(min(days)), number(max(days))
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
    said = counted(states).replace(" ", f" of {len(states)} criteria ", 1) if states else ""
    remarks: list[Remark] = [
        (_qualified(findings, name, said), findings.basis(name)),
        (f"may be {listed(possible, 'or')}" if possible else "", findings.basis(name)),
        ("depends on the limits chosen", 0) if depends else None,
    ]
    value = Shown("unknown", "unknown") if several else shown
    return _tile("Oligometastatic state", value, remarks, findings[name])


def _score(findings: Findings) -> Tile | None:
    name = primary_score(findings)
    if name is None:
        return None
    pips, most = points(findings.raw[name])
    shown = value_words(findings.value(name))
    group = findings.raw[name].get("group")
    lacking = findings[name].missing if shown.certainty != "known" else ()
    remarks: list[Remark] = [
        (f"{listed(lacking)} missing", findings.basis(name)) if lacking else None,
        (f"{value_words(group).text} risk", 0 if lacking else findings.basis(name)) if group else None,
        (_qualified(findings, name, ""), 0),
    ]
    title = "Clinical risk score" if name == "fong_score" else findings[name].title
    certain = Shown(shown.text, "unknown" if shown.certainty == "unknown" else "known")
    return _tile(title, certain, remarks, findings[name], unit=f"of {most}" if most else "", pips=pips)
