"""Each fact has a title: a few words that stand alone."""

from __future__ import annotations

import re

import pytest

from paget.facts.catalogue import catalogue
from paget.facts.titles import TITLES
from paget.knowledge import Knowledge

FACTS = catalogue(Knowledge.load())


@pytest.mark.parametrize("name", FACTS)
def test_a_title_is_a_few_words_that_stand_alone(name: str) -> None:
    title = FACTS[name].title
    assert 2 < len(title) <= 64
    assert title[0].isupper() or title[0].isdigit()
    assert not title.endswith(".")
    assert "_" not in title
    assert not re.search(r"\b(it|its|that one|the same)\b", title, re.IGNORECASE)


def test_no_two_facts_have_one_title() -> None:
    titles = [fact.title for fact in FACTS.values()]
    assert sorted({title for title in titles if titles.count(title) > 1}) == []


def test_titles_are_of_facts() -> None:
    assert set(TITLES) - set(FACTS) == set()


def test_titles_that_are_made() -> None:
    expected = {
        "ct_chest_age": "Age of the last CT of the chest",
        "ct_chest_not_done": "Said not to be done: CT of the chest",
        "asa_age": "Age: ASA class, 1 to 6",
        "involved_bladder": "Involved: bladder",
        "lung_reserve_lobe_2": "Lung reserve, lobectomies, a second",
        "ppo_fev1_by_segments": "Predicted FEV1, by segments",
        "cea": "CEA in serum",
    }
    assert {name: FACTS[name].title for name in expected} == expected
