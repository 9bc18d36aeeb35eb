"""Drugs against cancer, by the international name in the words of a product, or by an RxNorm number."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

NAMES: Final = (
    "abemaciclib", "abiraterone", "ado-trastuzumab emtansine", "afatinib", "aflibercept", "alectinib",
    "alpelisib",
    "anastrozole", "apalutamide", "asparaginase", "atezolizumab", "avelumab", "axitinib", "azacitidine",
    "bcg",
    "bendamustine", "bevacizumab", "bicalutamide", "bleomycin", "bortezomib", "brentuximab", "brigatinib",
    "busulfan", "cabazitaxel", "cabozantinib", "capecitabine", "carboplatin", "carfilzomib", "carmustine",
    "cemiplimab", "cetuximab", "chlorambucil", "cisplatin", "cobimetinib", "crizotinib", "cyclophosphamide",
    "cytarabine", "dabrafenib", "dacarbazine", "dactinomycin", "daratumumab", "darolutamide", "dasatinib",
    "daunorubicin", "decitabine", "degarelix", "docetaxel", "dostarlimab", "doxorubicin", "durvalumab",
    "encorafenib", "enfortumab", "enzalutamide", "epirubicin", "eribulin", "erlotinib", "etoposide",
    "everolimus",
    "exemestane", "fludarabine", "fluorouracil", "flutamide", "fruquintinib", "fulvestrant", "gefitinib",
    "gemcitabine", "goserelin", "ibrutinib", "idarubicin", "ifosfamide", "imatinib", "interferon",
    "ipilimumab",
    "irinotecan", "ixabepilone", "lapatinib", "lenalidomide", "lenvatinib", "letrozole", "leucovorin",
    "leuprolide", "leuprorelin", "levoleucovorin", "lomustine", "lorlatinib", "lutetium",
    "medroxyprogesterone",
    "megestrol", "melphalan", "mercaptopurine", "methotrexate", "mitomycin", "mitotane", "mitoxantrone",
    "necitumumab", "neratinib", "nilotinib", "niraparib", "nivolumab", "obinutuzumab", "octreotide",
    "olaparib",
    "osimertinib", "oxaliplatin", "paclitaxel", "palbociclib", "panitumumab", "pazopanib", "pembrolizumab",
    "pemetrexed", "pertuzumab", "pomalidomide", "ponatinib", "procarbazine", "raltitrexed", "ramucirumab",
    "regorafenib", "ribociclib", "rituximab", "rucaparib", "sacituzumab", "selpercatinib", "sorafenib",
    "sotorasib", "sunitinib", "talazoparib", "tamoxifen", "temozolomide", "temsirolimus", "thalidomide",
    "tipiracil", "topotecan", "toremifene", "trabectedin", "trametinib", "trastuzumab deruxtecan",
    "trastuzumab",
    "tremelimumab", "trifluridine", "triptorelin", "tucatinib", "vemurafenib", "vinblastine", "vincristine",
    "vinorelbine", "vismodegib", "ziv-aflibercept",
)  # fmt: skip
"""International non-proprietary names, in lower case."""

NOT_ALONE: Final = frozenset(
    {"medroxyprogesterone", "methotrexate", "interferon", "octreotide", "bcg", "megestrol"}
)
"""Drugs that serve other ends as well: against cancer only where the file says so."""

RXNORM: Final[dict[str, str]] = {
    "2555": "cisplatin", "309311": "cisplatin", "1736854": "cisplatin", "40048": "carboplatin",
    "32592": "oxaliplatin", "1736776": "oxaliplatin", "4492": "fluorouracil", "194000": "capecitabine",
    "51499": "irinotecan", "6313": "leucovorin", "1803932": "leucovorin", "56946": "paclitaxel",
    "583214": "paclitaxel", "72962": "docetaxel", "1860480": "docetaxel", "12574": "gemcitabine",
    "3639": "doxorubicin", "1790099": "doxorubicin", "3002": "cyclophosphamide", "4179": "etoposide",
    "1734340": "etoposide", "253337": "bevacizumab", "318341": "cetuximab", "224905": "trastuzumab",
    "10324": "tamoxifen", "198240": "tamoxifen", "84857": "anastrozole", "328134": "gefitinib",
    "349472": "gefitinib",
}  # fmt: skip

_WORD: Final = re.compile(
    "|".join(rf"\b{re.escape(name)}" for name in sorted(NAMES, key=len, reverse=True)), re.I
)


@lru_cache(maxsize=4096)
def drugs_in_words(said: str) -> tuple[str, ...]:
    """The drugs against cancer that a text names, each once, in order.

    >>> drugs_in_words("10 ML oxaliplatin 5 MG/ML Injection"), drugs_in_words("Simvastatin 10 MG")
    (('oxaliplatin',), ())
    """
    return tuple(dict.fromkeys(match.lower() for match in _WORD.findall(said)))
