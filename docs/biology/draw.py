"""Draw the figures of these pages anew, and write the table of parameters: python docs/biology/draw.py."""

from __future__ import annotations

from pathlib import Path

from paget.biology import (
    Drawing,
    bias_lab,
    burden,
    cascade,
    colonisation,
    growth,
    immune,
    interval,
    lymph,
    network,
    parameters,
    prognosis,
    regrowth,
    residual_hazard,
    salvage_benefit,
    vessel,
    virtual_patient,
)
from paget.biology.calibration.drawing import drawn
from paget.biology.parameter_files import MODELS, declared_by
from paget.knowledge import Knowledge
from paget.options import Known, forecast


def drawings() -> dict[str, Drawing]:
    """Every figure by its name."""
    grown, left = parameters("growth_liver_metastases"), parameters("regrowth_residuals")
    rate = float(growth.rate_of(grown["doubling_time"]))
    cells = {"detectable_cells": grown["detectable_cells"], "lethal_cells": grown["lethal_cells"]}
    residuals = (("R1", left["residual_r1"]), ("R2", left["residual_r2"]))
    encased = parameters("salvage_encasement")
    case = Known(interval_days=(330, 400), lesions=1, organs=("liver",), clear=("lung",), largest_mm=18)
    return {
        "growth": growth.draw(doubling_time=grown["doubling_time"], **cells),
        "interval": interval.draw_pairs(),
        "regrowth": regrowth.draw(rate=rate, residuals=residuals, **cells),
        "cascade": cascade.of(parameters("cascade_illustrative")).draw(),
        "cascade_counts": cascade.draw_counts(),
        "colonisation": colonisation.draw(colonisation.of(parameters("colonisation_illustrative")), "liver"),
        "burden": burden.draw(
            {"Y: one of 40 mm": [40], "X: three": [20, 15, 10], "Z: eight of 6 mm": [6] * 8}
        ),
        "network": network.draw(network.of(parameters("network_illustrative"))),
        "residual_hazard_liver": residual_hazard.draw(
            parameters("residual_hazard_liver"), title="Liver, modern drugs"
        ),
        "residual_hazard_pelvis": residual_hazard.draw(
            parameters("residual_hazard_pelvis"), title="Pelvic recurrence"
        ),
        "salvage_benefit": salvage_benefit.SalvageBenefit(
            **{name: float(encased[name]) for name in encased}
        ).draw(),
        "prognosis": prognosis.draw(),
        "immune": immune.of(parameters("immune_illustrative")).draw(1e11),
        "vessel": vessel.draw(),
        "lymph": lymph.draw(parameters("lymph_neck_schematic")),
        "bias_lab": bias_lab.draw(bias_lab.every(parameters("bias_lab"), 20_000)),
        "virtual_patient": virtual_patient.of("virtual_colorectal").simulate(20_000, seed=1).draw(),
        "forecast": forecast(case, seed=1).draw(),
        "calibration": drawn(Knowledge.load().find("virtual_colorectal_calibrated").data["fit"]),
    }


def table() -> str:
    """The page of all parameters, from what the models declare."""
    lines = [
        "# Parameters of the models",
        "",
        "What lies outside its range is refused, with the name of the parameter and the range, in a file",
        "and in Python. Values, plausible ranges and sources stand in the knowledge files, which",
        "`paget knowledge list` names. Written by `python docs/biology/draw.py` from what models declare.",
    ]
    for model in MODELS:
        lines += [
            "",
            f"## {model[0].upper()}{model[1:]}",
            "",
            "| parameter | range | meaning |",
            "|---|---|---|",
        ]
        lines += [f"| `{one.name}` | {one.range} | {one.meaning} |" for one in declared_by(model).values()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    Path(__file__).with_name("parameters.md").write_text(table(), encoding="utf-8")
    for name, drawing in drawings().items():
        Path(__file__).with_name(f"{name}.svg").write_text(f"{drawing}\n", encoding="utf-8")
