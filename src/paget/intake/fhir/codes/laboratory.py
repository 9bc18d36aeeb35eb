"""Measured values: which LOINC code is which observation of the record, and of which fluid."""

from __future__ import annotations

from typing import Final

SERUM: Final[dict[str, str]] = {
    # Tumour markers in serum or plasma.
    "2039-6": "cea", "83085-1": "cea", "19166-8": "cea", "19167-6": "cea",
    "24108-3": "ca 19-9", "83084-4": "ca 19-9",
    "10334-1": "ca 125", "83082-8": "ca 125", "15157-1": "ca 125",
    "2857-1": "psa", "35741-8": "psa", "83112-3": "psa", "19195-7": "psa", "19197-3": "psa",
    "1834-1": "afp", "53962-7": "afp",
    # Blood count and chemistry.
    "718-7": "haemoglobin", "30313-1": "haemoglobin",
    "1751-7": "albumin", "61151-7": "albumin",
    "2160-0": "creatinine", "38483-4": "creatinine", "14682-9": "creatinine",
    "1975-2": "bilirubin", "42719-5": "bilirubin", "14631-6": "bilirubin",
    "777-3": "platelets", "26515-7": "platelets",
    "751-8": "neutrophils", "26499-4": "neutrophils", "753-4": "neutrophils",
    "2532-0": "ldh", "14804-9": "ldh", "14805-6": "ldh",
    # Lung function, body size.
    "20150-9": "fev1",
    "29463-7": "weight", "3141-9": "weight",
    "8302-2": "height",
    # Performance.
    "89247-1": "ecog", "89262-0": "ecog", "89243-0": "karnofsky",
}  # fmt: skip
"""LOINC code -> name of the observation, where the specimen is serum, plasma or blood, or there is none."""

OTHER_FLUIDS: Final[dict[str, str]] = {
    "2037-0": "CEA", "19168-4": "CEA", "19169-2": "CEA", "19170-0": "CEA",
    "19163-5": "CA 19-9", "26924-1": "CA 19-9", "50779-8": "CA 19-9", "50781-4": "CA 19-9",
    "11210-2": "CA 125", "19165-0": "CA 125", "40618-1": "CA 125",
}  # fmt: skip
"""LOINC code -> marker, where it was measured in spinal, pleural or another fluid: never the serum value."""

QUALITATIVE: Final[dict[str, str]] = {
    # Tests of tissue that come out in words.
    "16112-5": "er", "85337-4": "er", "14130-9": "er", "40556-3": "er", "14228-1": "er",
    "16113-3": "pr", "85339-0": "pr", "40557-1": "pr", "14230-7": "pr",
    "48676-1": "her2", "85319-2": "her2", "85318-4": "her2", "72383-3": "her2", "31150-6": "her2",
    "18474-7": "her2",
    "39004-7": "egfr protein",
    "81695-9": "msi", "62862-8": "msi", "43368-0": "msi",
    "85299-6": "braf v600e protein",
    "78205-2": "alk rearrangement", "78210-2": "alk rearrangement",
    "94076-7": "tumour mutation burden",
}  # fmt: skip

ANSWERS: Final[dict[str, str]] = {
    # Answers that carry no words: LOINC answer codes and SNOMED qualifiers.
    "LA6576-8": "positive", "LA6577-6": "negative", "10828004": "positive", "260385009": "negative",
    "LA9633-4": "present", "LA9634-2": "absent", "52101004": "present", "2667000": "absent",
    "LA11882-0": "detected", "LA11883-8": "not detected", "260373001": "detected",
    "260415000": "not detected",
    "LA11884-6": "indeterminate", "82334004": "indeterminate", "42425007": "equivocal",
    "LA14122-8": "stable", "LA26202-4": "low", "LA26203-2": "high",
}  # fmt: skip

PERFORMANCE_ANSWERS: Final[dict[str, tuple[str, int]]] = {
    "LA9622-7": ("ecog", 0), "LA9623-5": ("ecog", 1), "LA9624-3": ("ecog", 2), "LA9625-0": ("ecog", 3),
    "LA9626-8": ("ecog", 4), "LA9627-6": ("ecog", 5),
    "LA29175-9": ("karnofsky", 100), "LA29176-7": ("karnofsky", 90), "LA29177-5": ("karnofsky", 80),
    "LA29178-3": ("karnofsky", 70), "LA29179-1": ("karnofsky", 60), "LA29180-9": ("karnofsky", 50),
    "LA29181-7": ("karnofsky", 40), "LA29182-5": ("karnofsky", 30), "LA29183-3": ("karnofsky", 20),
    "LA29184-1": ("karnofsky", 10),
}  # fmt: skip

UNITS: Final[dict[str, str]] = {
    # Spellings of UCUM and of laboratories, each as the spelling that paget's table of units has.
    "g/dl": "g/dL", "gm/dl": "g/dL", "G/DL": "g/dL", "mg/dl": "mg/dL", "MG/DL": "mg/dL", "ng/ml": "ng/mL",
    "NG/ML": "ng/mL", "ug/l": "ug/L", "mcg/L": "ug/L", "µg/L": "ug/L", "ng/l": "ng/L", "g/l": "g/L",
    "umol/l": "umol/L", "mmol/l": "mmol/L", "10*3/mm3": "10*3/uL", "10*9/l": "10*9/L", "10^9/L": "10*9/L",
    "10^3/uL": "10*3/uL", "K/uL": "10*3/uL", "k/uL": "10*3/uL", "10*3/ul": "10*3/uL", "10*6/mL": "10*3/uL",
    "U/L": "U/L", "[IU]/L": "[IU]/L", "IU/L": "U/L", "u/L": "U/L",
    "liters": "L", "litre": "L", "l": "L", "kilogram": "kg", "kg": "kg", "centimeter": "cm",
    "centimeters": "cm", "millimeter": "mm", "millimeters": "mm", "millimetre": "mm", "Gy": "Gy",
    "cGy": "cGy",
    "{score}": "", "{ECOG}": "", "1": "",
}  # fmt: skip

ARBITRARY: Final[dict[str, str]] = {
    # For markers that are only ever given in arbitrary units, U and kU are those units.
    "U/mL": "[IU]/mL", "[U]/mL": "[IU]/mL", "IU/mL": "[IU]/mL", "[arb'U]/mL": "[IU]/mL", "k[U]/L": "k[IU]/L",
    "kU/L": "k[IU]/L", "kIU/L": "k[IU]/L", "{U}/mL": "[IU]/mL", "u/mL": "[IU]/mL",
}  # fmt: skip
IN_ARBITRARY_UNITS: Final = frozenset({"ca 19-9", "ca 125"})

FACTORS: Final[dict[str, tuple[float, str]]] = {
    # Units of the imperial system, with the exact factor to a metric one.
    "[in_i]": (2.54, "cm"), "[in_us]": (2.54, "cm"), "in": (2.54, "cm"),
    "[lb_av]": (0.45359237, "kg"), "lb": (0.45359237, "kg"), "lbs": (0.45359237, "kg"),
}  # fmt: skip
