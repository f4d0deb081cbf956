"""Joining segments: when it is done, and that what is joined answers as the segments did."""

import itertools
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.columns import Values, joined_values
from indexer.duplicates import Grouping, label_of, sketch_of
from indexer.embed import HashingEmbedder
from indexer.records import Determination, Treatment
from indexer.store.contents import Contents, FileRecord, RejectedFile
from indexer.store.draft import embedded_draft
from indexer.store.generation import SegmentSet
from indexer.store.manifest import SegmentEntry
from indexer.store.merging import FANOUT, Plan, Size, due_joins, merged_data, plan_merge, plan_own
from indexer.store.publish import publish_segment
from indexer.store.segment_writing import write_segment
from indexer.store.values import FIELDS
from tests.support.letters import Cited, Item, contents, determination, made_by
from tests.support.store import segments_of

EMBEDDER = HashingEmbedder()
MADE = made_by(EMBEDDER)
SMALL = 10
NONE = np.zeros((0, EMBEDDER.fingerprint.dimension), dtype=np.float32)


def settled(sizes: Sequence[Size], small: int = SMALL) -> tuple[list[Size], int]:
    """Join until nothing is to be joined; return the segments and how many letters were written meanwhile."""
    found, written = list(sizes), 0
    steps = 0
    while plan := plan_merge(found, small):
        joined = found[plan.start : plan.end]
        assert joined, "a plan joins something"
        assert len(joined) > 1 or joined[0].dead, "or leaves out something"
        live = sum(size.letters - size.dead for size in joined)
        found[plan.start : plan.end] = [Size(live, 0)]
        written += live
        steps += 1
        assert steps <= 2 * len(sizes), "it comes to an end"
    return found, written


SIZES = st.builds(
    lambda letters, share: Size(letters, round(letters * share)),
    st.integers(0, 3) | st.integers(0, 10_000),
    st.sampled_from([0, 0, 0.2, 0.5, 1]),
)


@given(st.lists(SIZES, max_size=40))
def test_segments_are_few_and_mostly_alive(sizes: list[Size]) -> None:
    found, _ = settled(sizes)
    live = sum(size.letters - size.dead for size in sizes)
    assert sum(size.letters - size.dead for size in found) == live
    assert all(not size.dead or 2 * size.dead < size.letters for size in found)
    tiers = 1
    while SMALL * FANOUT ** (tiers - 1) <= live:
        tiers += 1
    assert len(found) <= 1 + (FANOUT - 1) * (tiers - 1)
    if live < SMALL:
        assert len(found) <= 1, "an index of a few letters is a single segment"


def test_plans_by_hand() -> None:
    small, large, huge = Size(1, 0), Size(SMALL, 0), Size(SMALL * FANOUT, 0)
    assert plan_merge([], SMALL) is None
    assert plan_merge([small], SMALL) is None
    assert plan_merge([small, small], SMALL) == Plan(0, 2)
    assert plan_merge([large, small, small], SMALL) == Plan(1, 3)
    assert plan_merge([small, large], SMALL) is None
    assert plan_merge([huge, *[large] * 7], SMALL) is None, "a large one is not joined with a few small ones"
    assert plan_merge([huge, *[large] * 7, small], SMALL) is None
    assert plan_merge([huge, *[large] * 8], SMALL) == Plan(1, 9)
    assert plan_merge([*[small, large] * 4], SMALL) == Plan(0, 8)
    assert plan_merge([huge, Size(SMALL * 2, SMALL), large], SMALL) == Plan(1, 2)
    assert plan_merge([huge, Size(SMALL * 2, SMALL - 1), large], SMALL) is None


def test_what_a_run_joins_itself_by_hand() -> None:
    small, large = Size(1, 0), Size(SMALL, 0)
    assert plan_own([*[large] * 8, large], 8, SMALL) is None, "what is published and large waits"
    assert plan_own([large, small, small], 2, SMALL) == Plan(1, 3), "what is small is joined with what is added"
    assert plan_own([small, large, small], 2, SMALL) is None
    assert plan_own([large, *[large] * 8], 1, SMALL) == Plan(1, 9)
    assert plan_own([large, Size(SMALL * 2, SMALL)], 2, SMALL) is None, "nor is it rewritten without its dead"
    assert plan_own([large, Size(SMALL * 2, SMALL)], 1, SMALL) == Plan(1, 2)
    assert plan_own([], 0, SMALL) is None


@given(st.lists(SIZES, max_size=40))
def test_what_is_due_is_joined_in_one_go(sizes: list[Size]) -> None:
    plans = due_joins(sizes, SMALL)
    assert all(one.end <= other.start for one, other in itertools.pairwise(plans)), "each segment at most once"
    assert all(plan.end - plan.start > 1 or sizes[plan.start].dead for plan in plans)
    found = list(sizes)
    for plan in reversed(plans):
        live = sum(size.letters - size.dead for size in found[plan.start : plan.end])
        found[plan.start : plan.end] = [Size(live, 0)]
    assert found == settled(sizes)[0], "as if it was joined step by step"
    assert due_joins(found, SMALL) == []


@pytest.mark.parametrize("block", [SMALL, 3 * SMALL])
def test_a_letter_is_written_again_once_for_each_factor_of_growth(block: int) -> None:
    held: list[Size] = []
    written = 0
    for _ in range(1000):
        held, more = settled([*held, Size(block, 0)])
        written += more
    assert sum(size.letters for size in held) == 1000 * block
    # 8 ** 4 blocks would be the first to be joined a fourth time.
    assert written <= 3 * 1000 * block


def test_a_few_letters_more_never_cost_the_whole() -> None:
    held, _ = settled([Size(100_000, 0)])
    dearest = 0
    for _ in range(200):
        held, written = settled([*held, Size(2, 0)])
        dearest = max(dearest, written)
    assert dearest < 200 * 2 + 1


BRACE = Treatment(concept="brace", category="Equipment > Braces")
WHY = [
    "The knee is stable.",
    "A tear of the meniscus was shown on the scan of the knee.",
    "No screen is on file. " * 30,
]
ITEMS = st.builds(
    Item,
    title=st.sampled_from(["Knee brace", "Tramadol"]),
    rationale=st.sampled_from(WHY),
    treatments=st.sampled_from([(), (BRACE,)]),
    regions=st.sampled_from([(), ("knee",), ("knee", "neck")]),
    cited=st.sampled_from([(), (Cited("MTUS", "Knee"),), (Cited("MTUS", "KNEE"), Cited("ODG", "Pain"))]),
)


@st.composite
def histories(draw: st.DrawFn) -> list[Contents]:
    """What some runs add: letters of which some were there before, and files that go."""
    names = [f"{'x' * (number % 3)}L{number}" for number in range(7)]
    known = {name: determination(name, *draw(st.lists(ITEMS, max_size=3)), case=f"C{name[-1]}") for name in names}
    blocks = []
    for number in range(draw(st.integers(1, 4))):
        letters = [
            msgspec.structs.replace(known[name], reader_version=f"run {number}")
            for name in sorted(draw(st.sets(st.sampled_from(names), max_size=4)))
        ]
        held, _ = contents(letters, EMBEDDER)
        here = {file.path for file in held.files}
        gone = draw(st.sets(st.sampled_from([f"/{name}" for name in names]), max_size=2)) - here
        rejected = () if draw(st.booleans()) else (RejectedFile(path="/r", sha256="1", reason=f"run {number}"),)
        blocks.append(msgspec.structs.replace(held, gone=tuple(sorted(gone)), rejected=rejected))
    return blocks


def write(place: Path, blocks: Sequence[Contents]) -> None:
    """Publish blocks as segments that are not joined."""
    with embedded_draft(place, MADE, 1, small=1) as draft:
        for block in blocks:
            vectors = EMBEDDER.encode([passage.embedded for passage in block.passages])
            draft.add(block, vectors if len(vectors) else NONE)
        draft.publish()


@contextmanager
def merged(place: Path, held: SegmentSet, start: int = 0) -> Iterator[SegmentSet]:
    """Join the segments from one on; return what they are then, alone."""
    scratch = place / "vectors.scratch"
    data = merged_data(held.segments[start:], scratch, oldest=not start, others=held.segments[:start])
    name, manifest, digest = publish_segment(place, lambda folder: write_segment(folder, data, MADE, 1))
    entry = SegmentEntry(name=name, first_slot=0, items=manifest.items, sha256=digest)
    with closing(SegmentSet(place, [entry], {})) as found:
        yield found


def listed(values: Values) -> list[tuple[str, int]]:
    """Return values as pairs."""
    return [(values.names[code], row) for code, row in zip(values.code.tolist(), values.row.tolist(), strict=True)]


def told(held: SegmentSet) -> dict[str, object]:
    """Return all that segments say of what is live, in order of row."""
    rows = held.rows
    places = list(zip(rows.segment.tolist(), rows.item.tolist(), strict=True))
    letters = list(zip(rows.letter_segment.tolist(), rows.letter_number.tolist(), strict=True))
    segments = held.segments
    passages = [(segments[place], segments[place].passages_of(item)) for place, item in places]
    of_passages = ("passage_start", "passage_end", "digests")
    digests = {bytes(one) for segment, found in passages for one in segment.arrays["digests"][found]}
    return {
        "letters": [segments[place].determination(number) for place, number in letters],
        "ids": held.of_letters("ids").tolist(),
        "cases": held.of_letters("cases").tolist(),
        "by case": [
            sorted(segment.determination(number).id for segment in segments for number in segment.numbers_by_case(case))
            for case in ("c1", "c2", "l1", "xl1")
        ],
        "items": {name: held.of_items(name).tolist() for name in ("number", "decided", "overturned", "dependent")},
        "facts": [segments[place].facts.at(np.asarray([item]))[0] for place, item in places],
        "reasons": [segments[place].reasons(item) for place, item in places],
        "passages": [[segment.arrays[name][found].tolist() for name in of_passages] for segment, found in passages],
        "vectors": [segment.vectors.take(found).tolist() for segment, found in passages],
        "known": {digest: _vector(held, digest) for digest in digests},
        "values": {
            field: listed(
                joined_values([(s.values(field), of_item) for s, of_item in zip(segments, rows.of_item, strict=True)])
            )
            for field in FIELDS
        },
        "files": sorted(held.files.all(), key=lambda file: file.path),
        "sayings": held.of_items("saying").tolist(),
    }


def _vector(held: SegmentSet, digest: bytes) -> list[float]:
    found = next(vector for segment in held.segments if (vector := segment.vector(digest)) is not None)
    return [float(one) for one in found]


@settings(max_examples=15)
@given(histories())
def test_what_is_joined_answers_as_the_segments_did(
    tmp_path_factory: pytest.TempPathFactory, blocks: list[Contents]
) -> None:
    place = tmp_path_factory.mktemp("merging") / "index"
    write(place, blocks)
    with segments_of(place) as held, merged(place, held) as joined:
        before, after = told(held), told(joined)
        for name, expected in before.items():
            assert after[name] == expected, name
        (segment,) = joined.segments
        assert not [state for (state,) in segment.records.rows("SELECT path FROM files WHERE sha256 = ''")]
        for row, label in enumerate(joined.of_items("saying").tolist()):
            item = segment.disputed(row)
            standing = [met.label for _, met in segment.met(sketch_of(item).bands)]
            assert label in standing, "somebody stands for every group"
            assert len(set(standing)) == len(standing), "and nobody else"
            newest = next(found for one in reversed(held.segments) if (found := one.regions(label)) is not None)
            assert segment.regions(label) == newest


def letter(name: str, why: str = WHY[0]) -> Determination:
    """A letter of one item."""
    return determination(name, Item("Knee brace", why, treatments=(BRACE,)))


def block(*letters: Determination, gone: tuple[str, ...] = ()) -> Contents:
    """What adds letters and removes files."""
    return msgspec.structs.replace(contents(letters, EMBEDDER)[0], gone=gone)


def test_one_that_is_left_stands_for_those_that_are_gone(tmp_path: Path) -> None:
    place = tmp_path / "index"
    write(place, [block(letter("A"), letter("B")), block(letter("C"), gone=("/A",))])
    with segments_of(place) as held, merged(place, held) as joined:
        assert held.of_letters("ids").tolist() == [b"B", b"C"]
        (segment,) = joined.segments
        label = label_of("A", 1)
        assert segment.arrays["saying"].tolist() == [label, label]
        again = letter("D").items[0]
        ((number, met),) = segment.met(sketch_of(again).bands)
        assert (number, met.label) == (0, label)
        assert segment.disputed(number) == letter("B").items[0]
        assert met.signature.tolist() == sketch_of(again).signature.tolist()


def test_a_group_that_is_gone_is_forgotten(tmp_path: Path) -> None:
    place = tmp_path / "index"
    write(place, [block(letter("A")), block(letter("B", WHY[1]), gone=("/A",))])
    with segments_of(place) as held, merged(place, held) as joined:
        (segment,) = joined.segments
        assert segment.records.rows("SELECT label FROM sayings") == [(label_of("B", 1),)]
        assert len(segment.arrays["representatives"]) == 1


def test_files_that_are_gone_are_told_as_long_as_an_older_segment_may_know_them(tmp_path: Path) -> None:
    place = tmp_path / "index"
    write(place, [block(letter("A"), letter("B")), block(letter("C"), gone=("/A",)), block(letter("D"), gone=("/C",))])
    with segments_of(place) as held:
        with merged(place, held, start=1) as joined:
            states = joined.segments[0].records.rows("SELECT path, determination_id FROM files ORDER BY path")
            assert states == [("/A", None), ("/C", None), ("/D", "D")]
        with merged(place, held) as joined:
            states = joined.segments[0].records.rows("SELECT path, determination_id FROM files ORDER BY path")
            assert states == [("/B", "B"), ("/D", "D")]
            assert joined.files.get("/B") == FileRecord(path="/B", sha256="0" * 64, determination_id="B")


def test_grouping_goes_on_from_what_is_joined(tmp_path: Path) -> None:
    place = tmp_path / "index"
    write(place, [block(letter("A")), block(letter("B")), block(letter("C", WHY[1]))])
    write(place, [block(letter("D"), letter("E", WHY[1]))])
    with segments_of(place) as held:
        one, other = label_of("A", 1), label_of("C", 1)
        assert held.of_items("saying").tolist() == [one, one, other, one, other]
    grouping = Grouping()
    every = [letter("A"), letter("B"), letter("C", WHY[1]), letter("D"), letter("E", WHY[1])]
    assert [grouping.join(each.items[0], sketch_of(each.items[0]), label_of(each.id, 1)).label for each in every] == [
        one,
        one,
        other,
        one,
        other,
    ]
