"""The sample corpus's own rules: how much there is, of what, and that every text in it is the project's own."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

import pytest

from config.settings import load_settings
from config.terms import load_terms
from eval.coverage.texts import sample_requests, shared_requests
from eval.letters.records import SampleItem, SampleLetter, disputed
from eval.letters.wording import DECISIONS_INTRODUCED
from indexer.read.letter import read_file

SHARED = Path(__file__).parents[4] / "shared"
SHINGLE_WORDS = 5
MOST_SHARED = 0.3
RUN_WORDS = 12


@pytest.fixture(scope="module")
def items(samples: tuple[SampleLetter, ...]) -> list[SampleItem]:
    return [item for letter in samples for item in letter.items]


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def runs(text: str, length: int) -> set[tuple[str, ...]]:
    """Return every run of `length` words of a text."""
    found = words(text)
    return {tuple(found[start : start + length]) for start in range(len(found) - length + 1)}


def overlaps(texts: list[str]) -> dict[tuple[int, int], float]:
    """Return for each pair of texts that share a shingle the shared part of the smaller one's shingles."""
    shingles = [runs(text, SHINGLE_WORDS) for text in texts]
    holders: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, mine in enumerate(shingles):
        for shingle in mine:
            holders[shingle].append(number)
    shared = Counter(pair for numbers in holders.values() for pair in combinations(sorted(numbers), 2))
    return {
        (one, other): count / min(len(shingles[one]), len(shingles[other])) for (one, other), count in shared.items()
    }


def test_enough_letters_and_items(samples: tuple[SampleLetter, ...], items: list[SampleItem]) -> None:
    assert len(samples) >= 100
    assert len(items) >= 300


def test_about_a_quarter_is_overturned(items: list[SampleItem]) -> None:
    share = sum(item.outcome == "overturned" for item in items) / len(items)
    assert 0.20 <= share <= 0.32


def test_three_treatments_have_enough_items_for_a_rate(items: list[SampleItem]) -> None:
    counts = Counter(concept for item in items for concept in dict.fromkeys(item.concepts))
    assert [count >= 25 for _, count in counts.most_common(3)] == [True] * 3


def test_every_category_of_the_tree_is_known_and_every_top_is_there(items: list[SampleItem]) -> None:
    categories = set(load_terms().categories)
    tops = {category.partition(" > ")[0] for category in categories}
    used = {item.category for item in items}
    assert used <= categories | tops
    assert {category.partition(" > ")[0] for category in used} == tops


def test_case_numbers_cannot_be_taken_for_real_ones(samples: tuple[SampleLetter, ...]) -> None:
    assert all(re.fullmatch(r"SAMPLE-\d{4}", letter.case) for letter in samples)
    for letter in samples:
        prose = [letter.summary, *(f"{item.title} {item.rationale}" for item in letter.items)]
        assert not re.search(r"\bCM\d\d-\d+", " ".join(prose))


def test_dates_are_in_order(samples: tuple[SampleLetter, ...]) -> None:
    for letter in samples:
        dates = letter.dates
        order = [dates.injury, dates.ur_denial, dates.application_received, dates.assigned, dates.decision]
        assert order == sorted(order), letter.case


def test_rationales_are_written_each_on_its_own(items: list[SampleItem]) -> None:
    for (one, other), share in overlaps([item.rationale for item in items]).items():
        mark = items[one].duplicate_set
        if mark is None or mark != items[other].duplicate_set:
            assert share < MOST_SHARED, (items[one].title, items[other].title)


def test_marked_duplicates_are_duplicates(items: list[SampleItem]) -> None:
    sets: defaultdict[str, list[SampleItem]] = defaultdict(list)
    for item in items:
        if item.duplicate_set is not None:
            sets[item.duplicate_set].append(item)
    assert sets
    for members in sets.values():
        shares = overlaps([item.rationale for item in members])
        assert len(members) > 1
        assert len(shares) == len(members) * (len(members) - 1) // 2
        assert min(shares.values()) >= MOST_SHARED


def test_summaries_are_written_each_on_its_own(samples: tuple[SampleLetter, ...]) -> None:
    shares = overlaps([letter.summary for letter in samples])
    assert max(shares.values()) < MOST_SHARED


def test_overlap_is_measured_on_the_smaller_text() -> None:
    long = " ".join(f"w{number}" for number in range(100))
    short = " ".join(f"w{number}" for number in range(50, 60))
    assert overlaps([long, short]) == {(0, 1): 1.0}
    assert overlaps([long, short.replace("w", "v")]) == {}


@pytest.fixture(scope="module")
def real_runs() -> set[tuple[str, ...]]:
    """Every run of twelve words in the real letters."""
    files = [path for folder in ("letters", "seeds") for path in sorted((SHARED / folder).glob("*.*"))]
    if not files:
        pytest.skip(f"the real letters are not at hand in {SHARED}")
    limits = load_settings().reading
    found: set[tuple[str, ...]] = set()
    for path in files:
        found |= runs(" ".join(line.text for line in read_file(path, limits).lines), RUN_WORDS)
    return found


@pytest.mark.real
def test_nothing_is_copied_from_a_real_letter(
    samples: tuple[SampleLetter, ...], real_runs: set[tuple[str, ...]]
) -> None:
    def copied(texts: Iterable[str]) -> list[str]:
        return [" ".join(run) for text in texts for run in sorted(runs(text, RUN_WORDS) & real_runs)]

    assert copied(letter.summary for letter in samples) == []
    assert copied(item.rationale for letter in samples for item in letter.items) == []
    assert copied(request.text for request in (*shared_requests(), *sample_requests())) == []
    assert copied(disputed(item) for letter in samples for item in letter.items) == []


@pytest.mark.real
def test_a_copied_sentence_would_be_seen(real_runs: set[tuple[str, ...]]) -> None:
    assert runs(DECISIONS_INTRODUCED, RUN_WORDS) & real_runs
