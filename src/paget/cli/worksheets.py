"""`paget worksheet`: the questions of each role of the board, prefilled, as JSON lines or to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from paget.cli.assessing import in_words, say_days, say_rejected
from paget.cli.opening import Opening, open_record
from paget.cli.printing import console, json_line, printable

_MARKS: Final = {"prefilled": "+", "prefilled in part": "~", "open": "?", "to judge": " "}


def run(
    path: Path,
    opening: Opening,
    on: str | None,
    tumour: str | None,
    role: str | None,
    overlays: Sequence[Path],
    as_json: bool,
) -> int:
    """Make the worksheets and print them.

    Raises:
        PagetError: what `paget.read` and `paget.assess` raise.
    """
    from paget.assessment import each

    record = open_record(path, opening)
    say_rejected(record)
    roles = () if role is None else (role.replace("-", " "),)
    days = set()
    found = each(record, on, tumour=tumour, overlays=tuple(overlays), ranking=False, roles=roles)
    for number, assessment in enumerate(found):
        days.add(str(assessment.as_of))
        data = assessment.to_dict()
        about = {
            name: data[name] for name in ("patient", "tumour", "as_of", "knowledge", "overlays", "worksheets")
        }
        if as_json:
            print(json_line(about))
        else:
            if number:
                print()
            _print(about)
    if on is None and days:
        say_days(sorted(days))
    return 0


def _print(about: Mapping[str, Any]) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from paget.knowledge.overlays import sentence

    screen = console()

    def say(text: str, style: str = "", indent: int = 0) -> None:
        screen.print(Padding(Text(printable(text), style), (0, 0, 0, indent), expand=False))

    primary = f"primary {about['tumour']}" if about["tumour"] else "no primary recorded"
    say(f"{about['patient']}, {primary}, as of {about['as_of']}", "bold")
    say(f"knowledge {about['knowledge']}", "dim")
    for overlay in about["overlays"]:
        say(f"overlay {sentence(overlay)}", "cyan")
    if not about["worksheets"]:
        say("No worksheet of this role belongs to this case.")
    for sheet in about["worksheets"]:
        screen.print()
        say(sheet["title"] + (" (if it applies)" if sheet["applies"] == "unknown" else ""), "bold")
        heading = None
        for question in sheet["questions"]:
            if question["about"] != heading:
                heading = question["about"]
                say(heading.capitalize(), "underline")
            if_so = " (if it applies)" if question["applies"] == "unknown" else ""
            say(f"[{_MARKS[question['state']]}] {question['asks']}{if_so}", indent=1)
            for answer in question["answers"]:
                say(_answer(answer), indent=5)
            if question["missing"]:
                say(f"missing: {_missing(question['missing'])}", "yellow", 5)
            if question["note"]:
                say(question["note"], "dim", 5)
    if about["worksheets"]:
        screen.print()
        say(
            "[+] prefilled, [~] in part, [?] nothing known yet, [ ] to judge. A role answers, and signs.",
            "dim",
        )


def _answer(answer: Mapping[str, Any]) -> str:
    """What is known, in words, with its day and whether its rule is confirmed.

    >>> cea = {"title": "CEA", "value": 3.5, "unit": "ng/mL", "day": "2025-03-11", "confirmed": None}
    >>> _answer({**cea, "known": "known"}), _answer({**cea, "known": "not known"})
    ('CEA: 3.5 ng/mL (2025-03-11)', 'CEA: not known')
    """
    if answer["known"] == "not known":
        return f"{answer['title']}: not known"
    day = f" ({answer['day']})" if isinstance(answer["day"], str) else ""
    doubt = ", unconfirmed" if answer["confirmed"] is False else ""
    return f"{answer['title']}: {in_words(answer['value'], answer['unit'])}{day}{doubt}"


def _missing(missing: Sequence[Mapping[str, Any]]) -> str:
    """What would settle it: the examinations where they are known, else the facts."""
    words = (str(one["resolved_by"] or one["fact"].replace("_", " ")) for one in missing)
    return "; ".join(dict.fromkeys(words))
