"""The answer first: the state of the disease in a sentence or two, composed of findings."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from paget.brief.case_view import CaseView
from paget.brief.findings import Findings
from paget.brief.rows import Examination, Missing
from paget.brief.staging import lacking, staging_title, why_open
from paget.brief.words import (
    Mark,
    Span,
    Words,
    bounds,
    capital,
    count,
    count_word,
    listed,
    months_words,
    plain,
    visible,
    words,
)

_ADJECTIVES = {"peritoneum": "peritoneal", "pleura": "pleural", "meninges": "meningeal", "ovary": "ovarian",
               "retroperitoneum": "retroperitoneal", "mediastinum": "mediastinal"}  # fmt: skip

NEUTRAL_QUESTION = "What is known of this disease, and what is missing?"


def question(view: CaseView, asked: str | None) -> str:
    """The question put to the board: the one given, else that of the last decision, else a neutral one."""
    if asked:
        return visible(asked, 300)
    decisions = _decisions(view)
    if not decisions:
        return NEUTRAL_QUESTION
    return visible(max(decisions, key=lambda row: view.day(row, "day") or (0, 0)).question, 300)


def is_asked(view: CaseView) -> bool:
    """Whether the record puts a question about this very primary."""
    return any(row.tumour_id == view.tumour_id for row in _decisions(view))


def _decisions(view: CaseView) -> list[Any]:
    return [row for row in view.rows("decisions") if row.question and view.calendar.was(view.day(row, "day"))]


# The sentence


def answer(
    view: CaseView, findings: Findings, missing: tuple[Missing, ...], staged: tuple[Examination, ...] = ()
) -> Words:
    """What is seen, since when, whether it can be cleared; then the state, as far as it is decided."""
    if findings.surely(_REVISION):
        return words(*_revision(findings))
    parts: list[str | Span] = [
        *_goal(findings),
        *_seen(view, findings),
        *_clearable(view),
        *_since(view, findings),
        ".",
    ]
    parts += _open(view)
    first = missing[0] if missing and missing[0].flips_count > 1 else None
    hang = "" if first is None else f"{count(first.flips_count, 'finding')} hang on"
    by_staging = first is not None and bool(lacking(staged)) and first.title == staging_title(staged)
    closing = _closing(view, findings, staged, f"; {hang} it" if by_staging else "")
    parts += closing
    parts += _state(findings)
    if first is not None and not (by_staging and closing):
        parts.append(f" {capital(hang)} one thing: {_in_sentence(first.title)}.")
    return words(*parts)


_REVISION: Final = "weight_loss_revision"


def _revision(findings: Findings) -> list[str | Span]:
    """Of a record about an operation for weight loss: whether a second one is indicated."""
    finding = findings[_REVISION]
    mark: Mark = "" if finding.certainty == "known" else "unknown"
    return ["A second operation for weight loss is ", Span(plain(finding.shown), mark), "."]


def _goal(findings: Findings) -> list[str | Span]:
    """That a cure is no longer the goal, where that was found."""
    name = "curative_goal_lost"
    if not findings.surely(name) or findings.value(name) == "no":
        return []
    if findings.value(name) == "yes":
        return ["The curative goal is lost. "]
    return ["Whether the curative goal is lost is ", Span("unknown", "unknown"), ". "]


def _seen(view: CaseView, findings: Findings) -> list[str | Span]:
    """The lesions certain to be tumour by organ, those of unknown origin apart; then organs involved."""
    counted = Counter(_kind(view, row) for row in view.standing if view.nature(row.lesion_id) == "yes")
    phrases = [count(n, kind) for kind, n in counted.most_common()]
    found: list[str | Span] = []
    for site in (row for row in view.sites if row.site_id not in view.gone):
        lead = f"{_organ(site.organ)} metastases in "
        found += [" and " if found or phrases else "", lead, Span("unknown", "unknown"), " number"]
    if phrases or found:
        lead = listed(phrases) if not found else ", ".join(phrases)
        said = [capital(lead), *found] if lead else [capital(str(found[1])), *found[2:]]
        return [*said, *_origin(view)]
    if _denied(findings):
        return ["No metastasis"]
    if view.gone:
        return ["No metastasis standing is recorded; all recorded lesions were removed"]
    return ["No metastasis is recorded"]


def _kind(view: CaseView, row: Any) -> str:
    """What a lesion is: a metastasis, or one of this region, or of a place in no known relation."""
    if row.relation == "distant":
        return f"{_organ(row.organ)} metastasis"
    organ = _organ(row.organ)
    return f"{row.relation} {organ} lesion" if row.relation else f"{organ} lesion of unknown relation"


def _origin(view: CaseView) -> list[str | Span]:
    """That what was found may come from another primary."""
    rows = [row for row in view.standing if view.nature(row.lesion_id) == "yes"]
    rows += [row for row in view.sites if row.site_id not in view.gone]
    open_ = sum(view.is_of_unknown_origin(row) for row in rows)
    if not open_:
        return []
    some = "" if open_ == len(rows) else f"{count_word(open_)} of them "
    return [f", {some}of ", Span("unknown origin", "unknown")]


def _denied(findings: Findings) -> bool:
    """Whether it is known that there is no metastasis: that is why the count of lesions does not apply."""
    because = findings.raw.get("lesion_count", {}).get("because") or ()
    return any(fact.get("fact") == "has_metastasis" and fact.get("value") == "no" for fact in because)


def _organ(organ: Any) -> str:
    return _ADJECTIVES.get(organ, visible(organ, 30)) if organ else "unplaced"


def _since(view: CaseView, findings: Findings) -> list[str | Span]:
    if view.detected is None:
        return []
    if not findings.surely("disease_free_interval_days"):
        return [f", found {view.calendar.write(view.detected)}"]
    value = findings.value("disease_free_interval_days")
    shown = months_words(value)
    operation = view.definitive
    if shown.certainty == "unknown":
        return ["; the disease-free interval is ", Span("unknown", "unknown")]
    if bounds(value) == (0, 0):
        when = "the primary was treated" if operation is None else "the end of its treatment"
        return [f", found before {when}"]
    after = "the treatment of the primary"
    if operation is not None and operation.modality == "surgery":
        after = f"an {operation.residual} resection" if operation.residual else "the resection of the primary"
    return [", found ", shown.span, f" after {after}"]


def _clearable(view: CaseView) -> list[str | Span]:
    """Whether every certain lesion is judged treatable."""
    certain = [row for row in view.standing if view.nature(row.lesion_id) == "yes"]
    if not certain or view.sites:
        return []
    judged = [view.judged(row.lesion_id, "treatable_by") for row in certain]
    if any(each is None or len(each.values) > 1 for each in judged):
        return []
    ways = {each.values[0] for each in judged if each is not None}
    if ways & {"none", "systemic"}:
        return [", not all within reach of local treatment"]
    every = "all " if len(certain) > 1 else ""
    return [f", {every}judged {'resectable' if ways == {'surgery'} else 'treatable'}"]


def _open(view: CaseView) -> list[str | Span]:
    """Lesions of unknown nature."""
    doubtful = Counter(row.organ for row in view.standing if view.nature(row.lesion_id) == "unknown")
    if not doubtful:
        return []
    phrases = [count(n, f"{_organ(organ)} lesion") for organ, n in doubtful.items()]
    one = sum(doubtful.values()) == 1
    return [
        f" {capital(listed(phrases))} {'is' if one else 'are'} of ",
        Span("unknown", "unknown"),
        " nature.",
    ]


def _closing(
    view: CaseView, findings: Findings, staged: tuple[Examination, ...], hang: str
) -> list[str | Span]:
    """That more may be there than was seen, and which regions nobody looked at lately."""
    ends = bounds(findings.value("lesion_count"))
    if ends is None or ends[1] is not None:
        return []
    why = f": {why_open(staged)}" if lacking(staged) else " by imaging that is recent enough"
    what = "Further lesions are " if view.standing or view.sites else "Metastases are "
    return [f" {what}", Span("not excluded", "unknown"), f"{why}{hang}."]


def _state(findings: Findings) -> list[str | Span]:
    if not findings.surely("oligometastatic_state"):
        return []
    value = findings.value("oligometastatic_state")
    if isinstance(value, str) and value != "unknown":
        return [f" On what is known today the state is {visible(value, 80)}."]
    if isinstance(value, list | tuple) and value:
        return [" Whether the disease is oligometastatic is ", Span("unknown", "unknown"), "."]
    return []


def _in_sentence(title: str) -> str:
    return title if title[:2].isupper() else title[:1].lower() + title[1:]
