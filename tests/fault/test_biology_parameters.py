"""Every parameter of every model of biology: outside its range it is refused by name, with the range."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from paget.biology import virtual_patient
from paget.biology.declared import Parameter
from paget.biology.parameter_files import KIND, MODELS, declared_by, read
from paget.errors import BadInput, KnowledgeError
from paget.knowledge import Knowledge, files

EVERY = [(model, one) for model in MODELS for one in declared_by(model).values()]
OF_PATIENTS = list(virtual_patient.PARAMETERS.values())


def _named(case: Any) -> str:
    return case.name if isinstance(case, Parameter) else str(case)


def bad(one: Parameter) -> Iterator[Any]:
    """A value of each kind that a parameter may not have."""
    yield from (math.nan, math.inf, -math.inf, "much", [math.nan])
    yield one.low if one.above else one.low - max(1e-12, abs(one.low) * 1e-9)
    if math.isfinite(one.high):
        yield one.high * (1 + 1e-9) + 1e-12


@pytest.mark.parametrize(("model", "one"), EVERY, ids=_named)
def test_what_is_outside_is_refused_by_name_and_range(model: str, one: Parameter) -> None:
    declared = declared_by(model)
    for value in bad(one):
        with pytest.raises(BadInput) as refused:
            declared.check(**{one.name: value})
        assert refused.value.where == one.name
        assert one.range in refused.value.mend
    assert one.meaning
    assert one.unit


@pytest.mark.parametrize(("model", "one"), EVERY, ids=_named)
def test_a_file_with_it_is_refused(model: str, one: Parameter, tmp_path: Path) -> None:
    shipped = next(file for file in Knowledge.load().of_kind(KIND.name) if file.data["model"] == model)
    data = _plain(shipped.data)
    data["parameters"][one.name]["value"] = one.low if one.above else one.low - 1.0
    data["parameters"][one.name].pop("range", None)
    own = tmp_path / "own.yaml"
    own.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=f"{one.name} lies outside its range") as refused:
        read(files.read(own, own.name, "here"))
    assert one.range in refused.value.mend


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


@pytest.mark.parametrize("one", OF_PATIENTS, ids=_named)
def test_a_model_of_virtual_patients_refuses_it(one: Parameter) -> None:
    model = virtual_patient.of("virtual_colorectal")
    for value in bad(one):
        with pytest.raises(BadInput) as refused:
            model.with_(**{one.name: value})
        assert refused.value.where == one.name
