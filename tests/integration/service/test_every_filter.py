"""Every filter of the contract, through the command line and through HTTP, against what plain Python selects."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from litestar.testing import TestClient

from config.settings import Settings
from indexer.records import Determination, DisputedItem
from indexer.wording import words_of
from service.precedents import PrecedentService
from service.web.app import create_app
from tests.support.program import Imr, program

Holds = Callable[[Determination, DisputedItem], bool]

TEXT = "Physical therapy for the lumbar spine"
OPTIONS = {"exclude_cases": "--exclude-case", "phrases": "--phrase"}
FILTERS: list[tuple[dict[str, Any], Holds]] = [
    ({"outcome": ["overturned"]}, lambda _, item: item.outcome == "overturned"),
    ({"treatment": ["Ultram"]}, lambda _, item: any(one.concept == "tramadol" for one in item.treatments)),
    ({"category": ["Pharmaceuticals"]}, lambda _, item: any("Pharma" in one.category for one in item.treatments)),
    ({"body_region": ["low back", "knee"]}, lambda _, item: bool({"lumbar spine", "knee"} & set(item.body_regions))),
    ({"specialty": ["pain management"]}, lambda one, _: "Pain Management" in one.reviewer.specialties_normalised),
    ({"guideline": ["odg"]}, lambda _, item: any(_relied(one, "ODG") for one in item.citations)),
    ({"decision_from": "2015-06-01"}, lambda one, _: (one.dates.decision or date.min) >= date(2015, 6, 1)),
    ({"decision_to": "2015-05-31"}, lambda one, _: (one.dates.decision or date.max) <= date(2015, 5, 31)),
    ({"exclude_cases": ["SAMPLE-0001", "sample-0002"]}, lambda one, _: one.case_number not in EXCLUDED),
    ({"phrases": ["Range of  motion"]}, lambda _, item: any("range of motion" in text for text in _texts(item))),
    (
        {"treatment": ["physical therapy"], "outcome": ["upheld"], "phrases": ["visits"]},
        lambda _, item: (
            item.outcome == "upheld"
            and any(one.concept == "physical therapy" for one in item.treatments)
            and any("visits" in words_of(text) for text in _texts(item))
        ),
    ),
]
EXCLUDED = ("SAMPLE-0001", "SAMPLE-0002")
NAMES = ["+".join(filters) for filters, _ in FILTERS]


def _relied(citation: Any, authority: str) -> bool:
    return bool(citation.cited_by == "imr" and (citation.authority == authority or authority in citation.title))


def _texts(item: DisputedItem) -> list[str]:
    return [" ".join(text.lower().split()) for text in (item.title, item.rationale.text)]


@pytest.fixture
def imr(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, sample_settings: Settings) -> Imr:
    monkeypatch.setenv("IMR_MODEL_KIND", "hashing")
    monkeypatch.setenv("IMR_INDEX_DIR", str(sample_settings.index.dir))
    return program(capsys)


@pytest.fixture
def expected(sample_determinations: tuple[Determination, ...]) -> Callable[[Holds], set[tuple[str, int]]]:
    def select(holds: Holds) -> set[tuple[str, int]]:
        items = [(one, item) for one in sample_determinations for item in one.items]
        found = {(one.id, item.number) for one, item in items if holds(one, item)}
        assert 0 < len(found) < len(items), "a filter that lets everything or nothing pass shows nothing"
        return found

    return select


def listed(answer: Any) -> set[tuple[str, int]]:
    """Return every item that an answer names: results, their duplicates and dependents."""
    return {
        (one["determination_id"], one["item"])
        for result in answer["results"]
        for one in (result, *result["duplicates"], *result["dependents"])
    }


@pytest.mark.parametrize(("filters", "holds"), FILTERS, ids=NAMES)
def test_through_the_command_line(filters: dict[str, Any], holds: Holds, imr: Imr, expected: Any) -> None:
    options: list[str] = []
    for field, values in filters.items():
        name = OPTIONS.get(field, f"--{field.replace('_', '-')}")
        for value in [values] if isinstance(values, str) else values:
            options += [name, value]
    said = imr("search", TEXT, *options, "--limit", "100", "--json")
    assert said.code == 0
    _whole(listed(json.loads(said.out)), expected(holds))


@pytest.mark.parametrize(("filters", "holds"), FILTERS, ids=NAMES)
def test_through_http(
    filters: dict[str, Any], holds: Holds, sample_settings: Settings, sample_service: PrecedentService, expected: Any
) -> None:
    with TestClient(create_app(sample_settings, sample_service), base_url="http://127.0.0.1") as client:
        response = client.post("/api/search", json={"text": TEXT, "filters": filters, "limit": 100})
    assert response.status_code == 200
    _whole(listed(response.json()), expected(holds))


def _whole(found: set[tuple[str, int]], expected: set[tuple[str, int]]) -> None:
    assert found
    assert found <= expected
    assert len(found) >= min(len(expected), 60), "what passes is found, as many as are asked for"


@pytest.mark.parametrize("phrase", ['"range of motion"', "\u201cRange  of MOTION\u201d"])
def test_a_quoted_phrase_is_that_filter(phrase: str, sample_service: PrecedentService, expected: Any) -> None:
    answer = sample_service.search(f"Physical therapy {phrase}", limit=100)
    holds: Holds = lambda _, item: any("range of motion" in text for text in _texts(item))  # noqa: E731 - as in the table
    assert answer.results
    assert {(one.determination_id, one.item) for one in answer.results} <= expected(holds)
    assert all(" ".join(one.matched.phrases[0].lower().split()) == "range of motion" for one in answer.results)
    assert '"' not in answer.requests[0].text
    pack = sample_service.evidence(f"Physical therapy {phrase}")
    assert {(one.determination_id, one.item) for one in pack.citations} <= expected(holds)


def test_several_phrases_must_all_hold_and_absent_ones_find_nothing(sample_service: PrecedentService) -> None:
    answer = sample_service.search('therapy "range of motion" "no such words in any letter"')
    assert (answer.results, answer.requests[0].coverage) == ((), "none")


def test_a_pasted_document_may_quote(sample_service: PrecedentService) -> None:
    pasted = 'The patient said "nobody ever said this". ' + "Physical therapy is requested for the low back. " * 8
    assert sample_service.search(pasted).results
