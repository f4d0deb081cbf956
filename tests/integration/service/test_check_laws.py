"""Packs of the sample index check out, true drafts pass, and every planted fabrication is caught."""

import random
from typing import Any

import pytest

from eval.letters.records import disputed
from eval.letters.source import load_samples
from service.check.records import CheckReport
from service.markdown import as_markdown
from service.precedents import PrecedentService
from service.records import EvidencePack
from tests.support.drafts import PLANTS, true_draft

SAMPLES = load_samples()
TITLES = [disputed(item) for letter in SAMPLES for item in letter.items]


@pytest.fixture(scope="module")
def packs(sample_service: PrecedentService) -> list[EvidencePack]:
    chosen = random.Random(5).sample(TITLES, 40)  # noqa: S311 - a test's dice
    made = [
        sample_service.evidence(text, max_tokens=3000) for text in [*chosen, *(one.summary for one in SAMPLES[:10])]
    ]
    kept = [pack for pack in made if len(pack.citations) > 1]
    assert len(kept) > 20
    return kept


def named(report: CheckReport) -> set[str]:
    """Return what a report complains of."""
    found: set[str] = {quote.verdict for quote in report.quotes} | {claim.kind for claim in report.unsupported}
    found |= {"marker" for marker in report.markers if marker.verdict != "supported"}
    found |= {"citation" for citation in report.citations if citation.verdict != "supported"}
    return found - {"supported"}


def test_a_pack_supports_itself(sample_service: PrecedentService, packs: list[EvidencePack]) -> None:
    for pack in packs:
        for draft in (pack.context, as_markdown(pack)):
            report = sample_service.check(draft, pack.citations)
            assert named(report) == set()
            assert report.supported
            # Every quote was read as one: a check that saw nothing would support anything.
            assert {marker for quote in report.quotes for marker in quote.markers} == {
                citation.marker for citation in pack.citations
            }


def test_true_drafts_pass(sample_service: PrecedentService, packs: list[EvidencePack]) -> None:
    dice = random.Random(7)  # noqa: S311 - a test's dice
    quotes = 0
    for _ in range(80):
        pack = dice.choice(packs)
        text = true_draft(dice, pack.citations)
        report = sample_service.check(text, pack.citations)
        assert named(report) == set(), text
        quotes += len(report.quotes)
    assert quotes > 80


@pytest.mark.parametrize("kind", PLANTS)
def test_every_planted_fabrication_is_caught(
    sample_service: PrecedentService, packs: list[EvidencePack], kind: str
) -> None:
    dice = random.Random(kind)  # noqa: S311 - a test's dice
    planted = 0
    for _ in range(400):
        pack = dice.choice(packs)
        made = PLANTS[kind](dice, pack.citations)
        if made is None:
            continue
        report = sample_service.check(made.text, made.citations)
        assert not report.supported, made.text
        assert named(report) & made.verdicts, made.text
        planted += 1
        if planted == 16:
            break
    assert planted == 16


class Counting:
    """An index that counts the searches by words."""

    def __init__(self, index: Any) -> None:
        self._index = index
        self.searches = 0

    def __getattr__(self, name: str) -> Any:
        """Pass everything else on."""
        return getattr(self._index, name)

    def search_text(self, *arguments: Any) -> Any:
        """Count a search and pass it on."""
        self.searches += 1
        return self._index.search_text(*arguments)


def test_the_index_is_searched_a_bounded_number_of_times(
    sample_service: PrecedentService, packs: list[EvidencePack]
) -> None:
    from service.check.checker import check_draft
    from service.check.sources import LOOKUPS

    index = Counting(sample_service.index)
    draft = " ".join(f'"Nobody wrote sentence number {number} anywhere" [1].' for number in range(LOOKUPS + 20))
    report = check_draft(draft, packs[0].citations, index)  # type: ignore[arg-type] - the rest is passed on
    assert index.searches == LOOKUPS
    assert {quote.verdict for quote in report.quotes} == {"fabricated"}
    assert "was not searched" in (report.quotes[-1].reason or "")
