"""The comparison of a study by its exposure, through the guard, and its models."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from paget.errors import BadInput, PagetError, Refused
from paget.evidence.comparison import NOT_AN_EFFECT, Comparison
from paget.evidence.exposure import Exposure
from paget.evidence.flags import Flagged, flags_of, settled, variables
from paget.evidence.followed import ENTRY, EVENT, TIME
from paget.evidence.guard import ImmortalTime, NoDay, analysis
from paget.evidence.study.cohort import DAY, Cohort, Told
from paget.evidence.study.plan import Study, in_days
from paget.evidence.study.report import RefusedPart, Section
from paget.evidence.study.schema import DESIGNS
from paget.survival.results import shown_p

SEED: Final = 0
"""Of every draw by chance, so that a study gives the same report each time."""


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """What was found of the exposure.

    Attributes:
        refused: the error of the guard.
        done: comparisons that were made.
        sections: of tests and curves.
    """

    refused: ImmortalTime | None
    done: tuple[Comparison, ...]
    sections: tuple[Section, ...]

    def part(self) -> RefusedPart | None:
        """The refusal, with what was done instead."""
        if self.refused is None:
            return None
        done = tuple((one.method, _ratio(one)) for one in self.done)
        return RefusedPart(self.refused.what, self.refused.why, done)


def compare(study: Study, cohort: Cohort, told: Told) -> Compared | None:
    """Compare by the exposure as the study asks, through the guard.

    Raises:
        Refused: the exposure is decided after the origin, and the design names no way to compare it, or
            there is no day of it.
    """
    part = study.part("exposure")
    if not part:
        return None
    told(f"comparing by {part['name']}")
    adjust, override = part.get("adjust", ""), part.get("override", "")
    if part["decided"] == "at the origin":
        exposure = Exposure.at_origin(part["name"])
    elif "day" in part or "begins" in part:
        exposure = Exposure.after_origin(part["name"], day=DAY)
    else:
        exposure = Exposure.after_origin(DAY)
    forced: tuple[Comparison, ...] = ()
    try:
        forced = (
            analysis(cohort.followed, exposure, adjust=adjust, override=override, overrides=study.overrides),
        )
        if part["decided"] == "at the origin" or not study.items("design"):
            return Compared(None, forced, (comparisons(list(forced)),))
        analysis(cohort.followed, exposure, adjust=adjust, overrides=study.overrides)
    except ImmortalTime as refused:
        if not study.items("design"):
            raise Refused(
                refused.what,
                where=study.where("exposure"),
                why=refused.why,
                mend=f"name under design: {', '.join(DESIGNS)}; or an override with its reason",
            ) from refused
        return _instead(study, cohort, refused, forced, told)
    except NoDay as refused:
        raise Refused(
            refused.what.replace(DAY, part["name"]),
            where=study.where("exposure"),
            why=refused.why,
            mend=refused.mend,
        ) from refused
    except Flagged as refused:
        raise study.flagged(("exposure",), refused) from refused
    return Compared(None, forced, ())


def _instead(
    study: Study, cohort: Cohort, refused: ImmortalTime, forced: tuple[Comparison, ...], told: Told
) -> Compared:
    """The ways out that the design names."""
    done: list[Comparison] = list(forced)
    sections: list[Section] = []
    for place, item in enumerate(study.items("design")):
        told(item["method"])
        try:
            found, section = _one(item, place, refused)
        except BadInput as error:
            raise study.wrong(("design", place), f"{item['method']}: {error.what}", error.mend) from error
        done += found
        sections += section
    if done:
        sections.insert(0, comparisons(done))
    return Compared(refused, tuple(done), tuple(sections))


def _one(item: dict[str, Any], place: int, refused: ImmortalTime) -> tuple[list[Comparison], list[Section]]:
    method = item["method"]
    if method == "time-dependent":
        return [refused.time_dependent()], []
    if method == "landmark":
        return refused.landmark([in_days(day) for day in item["days"]]), []
    if method == "sequential trials":
        return [refused.sequential_trials(item.get("controls"), SEED)], []
    if method == "clone-censor-weight":
        grace, repetitions = in_days(item["grace"]), item.get("repetitions", 200)
        return [refused.clone_censor_weight(grace, repetitions, SEED)], []
    if method == "mantel-byar":
        test = refused.mantel_byar()
        return [], [
            Section("mantel_byar", "Mantel-Byar test", table=test.to_frame(), lines=(test.summary(),))
        ]
    look: dict[str, Any] = {key: item[key] for key in ("shown", "origin", "scale", "title") if key in item}
    if "until" in item:
        look["until"] = in_days(item["until"])
    curves = refused.plot_curves(**look)
    title = item.get("title", "Curves by exposure, who move when they are exposed")
    section = Section(f"simon_makuch_{place + 1}", title, "Simon and Makuch", figure=curves)
    return [], [section]


def comparisons(done: list[Comparison]) -> Section:
    """All comparisons as a table."""
    rows = pl.concat([one.to_frame() for one in done]).drop("exposure")
    told = dict.fromkeys(f"{one.method.split(' on day ')[0]} leaves {one.leaves}." for one in done)
    lines = tuple(f"{line[:1].upper()}{line[1:]}" for line in told)
    return Section(
        "compared",
        f"Compared by {done[0].exposure}",
        "95 % intervals",
        table=rows.rename(lambda name: name.replace("_", " ")),
        columns=("method", "hazard ratio", "lower", "upper", "patients", "events"),
        lines=(*dict.fromkeys(told for one in done for told in one.overridden), *lines, NOT_AN_EFFECT),
    )


def _ratio(one: Comparison) -> str:
    low, high = (float(np.exp(bound)) for bound in one.bounds())
    return f"hazard ratio {np.exp(one.log_hazard_ratio):.2f} ({low:.2f} to {high:.2f}), n = {one.patients}"


def models(study: Study, cohort: Cohort, told: Told) -> Iterator[tuple[str, Any, Section]]:
    """Each model with its name and section.

    Raises:
        StudyError: what the model cannot be fitted to, with its line.
    """
    for place, item in enumerate(study.items("models")):
        name = item.get("name", item["kind"])
        told(f"model {name}")
        covariates = [*variables(item.get("formula", "")), *([item["strata"]] if "strata" in item else [])]
        try:
            flags = flags_of(cohort.followed, by=item.get("by", ""), covariates=covariates)
            told_so = settled(flags, study.overrides)
            fitted = _fit(item, cohort)
        except Flagged as refused:
            raise study.flagged(("models", place), refused) from refused
        except PagetError as error:
            said = f"{name}: {error.what}{f' ({error.where})' if error.where else ''}"
            raise study.wrong(("models", place), said, error.mend) from error
        lines = (
            list(fitted.summary().splitlines()[-2:]) if item["kind"] in {"cox", "parametric", "cure"} else []
        )
        if item["kind"] == "cox" and len(fitted.coefficients):
            zph = fitted.proportional_hazards().to_frame().filter(pl.col("term") == "all")
            index = fitted.concordance
            low, high = index.confidence_interval()
            lines.append(f"proportional hazards: global p {shown_p(zph['p_value'].item())}; concordance "
                         f"{index.value:.2f} ({low:.2f} to {high:.2f})")  # fmt: skip
        if item["kind"] in {"log-rank", "restricted mean"}:
            lines = fitted.summary().splitlines()[-1:]
        said = item.get("formula") or item.get("by") or "all"
        yield (
            name,
            fitted,
            Section(_file(f"model_{name}"), item.get("name", item["kind"].capitalize()),
                    f"{item['kind']}: {said}", table=fitted.to_frame(), lines=(*told_so, *lines)),
        )  # fmt: skip


def _fit(item: dict[str, Any], cohort: Cohort) -> Any:
    from paget import survival

    frame, kind = cohort.followed.frame, item["kind"]
    entry = ENTRY if bool((frame[ENTRY] > 0).any()) else None
    usual: dict[str, Any] = {"time": TIME, "event": EVENT, "entry": entry}
    if kind == "cox":
        more = {"ties": item.get("ties", "efron"), "strata": item.get("strata")}
        return survival.cox(frame, item["formula"], **usual, **more)
    if kind in {"parametric", "cure"}:
        fit = survival.parametric if kind == "parametric" else survival.cure
        return fit(frame, item["formula"], **usual, distribution=item.get("distribution", "weibull"))
    if "by" in item:
        frame = frame.filter(pl.col(item["by"]).is_not_null())
    if kind == "log-rank":
        return survival.logrank(frame, **usual, by=item["by"])
    return survival.rmst(frame, **usual, horizon=in_days(item["until"]), by=item.get("by"))


def _file(name: str) -> str:
    """A name of a file from words.

    >>> _file("model_all factors")
    'model_all_factors'
    """
    return "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in name).lower()
