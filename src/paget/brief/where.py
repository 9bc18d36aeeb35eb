"""The body map of one primary: each lesion at its place, organs of unknown number, and the primary itself."""

from __future__ import annotations

from typing import Any

from paget.brief.case_view import CaseView
from paget.brief.words import capital, listed, number, visible
from paget.figures import BodyMap, Primary, Spot

_TREATED = {
    "radiotherapy": "irradiated",
    "chemoradiotherapy": "chemoradiation",
    "ablation": "ablated",
    "systemic": "systemic treatment",
}


def where(view: CaseView) -> BodyMap:
    """What the map shows."""
    spots = [_spot(view, lesion) for lesion in view.lesions if view.nature(lesion.lesion_id) != "no"]
    spots += [_site(view, site) for site in view.sites]
    primary = _primary(view)
    return BodyMap(tuple(spots), primary, "Where the lesions are", _described(spots, primary))


def _spot(view: CaseView, lesion: Any) -> Spot:
    sizes = view.sizes(lesion)
    gone = lesion.lesion_id in view.gone
    mm = sizes[-1].mm if sizes else None
    return Spot(
        name=visible(view.short_names[lesion.lesion_id], 12),
        organ=lesion.organ or "other",
        location=visible(lesion.location or "", 80),
        laterality=lesion.laterality or "",
        mm=mm,
        known=view.nature(lesion.lesion_id) == "yes",
        says="removed" if gone else f"{number(mm)} mm" if mm is not None else "size unknown",
        gone=gone,
    )


def _site(view: CaseView, site: Any) -> Spot:
    return Spot(
        name=capital(visible(site.organ or "organ unknown", 24)),
        organ=site.organ or "other",
        location="",
        laterality=site.laterality or "",
        mm=None,
        known=False,
        says="number unknown",
        gone=site.site_id in view.gone,
    )


def _primary(view: CaseView) -> tuple[Primary, ...]:
    tumour = view.tumour
    if tumour is None or not tumour.site:
        return ()
    lesion = next((row for row in view.rows("lesions") if row.relation == "primary"), None)
    location = visible(lesion.location or "", 80) if lesion is not None else ""
    operation = view.definitive
    removed = operation is not None and operation.modality == "surgery"
    if operation is None:
        maybe = any(row.definitive is None and row.modality == "surgery" for row in view.treatments)
        says = "operated on, result unknown" if maybe else "local treatment not recorded"
    elif removed:
        says = f"removed {operation.residual or ''}".strip()
    else:
        says = _TREATED.get(operation.modality, "treated")
    return (Primary(tumour.site, location, tumour.laterality or "", ("primary", says), gone=removed),)


def _described(spots: list[Spot], primaries: tuple[Primary, ...]) -> str:
    said = []
    for organ in dict.fromkeys(spot.organ for spot in spots):
        here = [
            f"{spot.name} {spot.says}{f' in {spot.location}' if spot.location else ''}"
            f"{'' if spot.known or spot.mm is None else ', nature unknown'}"
            for spot in spots
            if spot.organ == organ
        ]
        said.append(f"{capital(organ)}: {listed(here)}.")
    said += [f"{capital(primary.organ)} {' '.join(primary.says)}." for primary in primaries]
    return " ".join(said) or "No lesion is recorded."
