"""Whether the files of a segment go together: records against letters, arrays against records, places against texts."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import msgspec
import numpy as np

from config.errors import IndexFault
from indexer.columns import CITED_FIELDS, NO_DATE, Values, values_of
from indexer.facts import facts_of
from indexer.filters import FACETS
from indexer.records import Determination, DisputedItem
from indexer.store.arrays import Array
from indexer.store.schema import RECORDS
from indexer.store.segment import ARRAYS, VECTORS, Segment, digest_keys
from indexer.store.segment_writing import case_key
from indexer.store.values import FIELDS

_CHUNK = 65_536
_NORM_NOISE = 1e-3


class Found(NamedTuple):
    """Something that is wrong with a file of a segment."""

    file: str
    what: str


def segment_problems(segment: Segment) -> Iterator[Found]:
    """Yield what is wrong with a segment whose files are as they were published."""
    try:
        # First what letters are then looked up by.
        yield from (Found(ARRAYS, what) for what in _arrays(segment))
        yield from (Found(RECORDS, what) for what in _letters(segment))
    except (IndexFault, msgspec.DecodeError, LookupError, ValueError, OSError) as error:
        yield Found(RECORDS, f"cannot be read: {error}")
    try:
        yield from (Found(VECTORS, what) for what in _vectors(segment))
    except IndexFault as fault:
        yield Found(VECTORS, str(fault))


def _letters(segment: Segment) -> Iterator[str]:
    """Yield what is wrong with letters, their items and the places of passages and reasons."""
    ((found,),) = segment.records.rows("SELECT count(*) FROM determinations")
    if found != segment.manifest.letters:
        yield f"holds {found} determinations, the manifest says {segment.manifest.letters}"
        return
    first = np.asarray(segment.arrays["first"])
    rationales = np.zeros((segment.manifest.items, 2), dtype=np.int64)
    values = {field: _by_item(segment.values(field), segment.manifest.items) for field in FIELDS}
    for number in range(segment.manifest.letters):
        letter = segment.determination(number)
        query = "SELECT id, folded_id, folded_case FROM determinations WHERE number = ?"
        case = letter.case_number.casefold() if letter.case_number else None
        if segment.records.rows(query, [number]) != [(letter.id, letter.id.casefold(), case)]:
            yield f"letter {number} holds the record of {letter.id}"
        if segment.arrays["ids"][number].decode(errors="surrogateescape") != letter.id:
            yield f"letter {number} is listed under another id than {letter.id}"
        if hashlib.sha256(letter.text.encode()).hexdigest() != letter.text_sha256:
            yield f"the text of {letter.id} has another sha256 than its text_sha256"
        if int(segment.arrays["cases"][number]) != case_key(letter.case_number):
            yield f"letter {letter.id} is listed under another case"
        start, end = first[number : number + 2].tolist()
        if end - start != len(letter.items):
            yield f"{letter.id} has {len(letter.items)} items and {end - start} rows"
            return
        for row, item in enumerate(letter.items, start=start):
            rationales[row] = item.rationale.start, item.rationale.end
            told = (*_spans(letter, item), *_item(segment, row, letter, item, values))
            yield from (f"{letter.id} item {item.number}: {what}" for what in told)
    yield from _misplaced(segment, rationales)


def _item(
    segment: Segment, row: int, letter: Determination, item: DisputedItem, values: Mapping[str, list[set[str]]]
) -> Iterator[str]:
    decided = letter.dates.decision.toordinal() if letter.dates.decision else NO_DATE
    expected = (item.number, decided, item.outcome == "overturned", item.depends_on is not None)
    names = ("number", "decided", "overturned", "dependent")
    if tuple(segment.arrays[name][row].item() for name in names) != expected:
        yield f"its row {row} is of another item"
    if segment.facts.at(np.asarray([row])) != [facts_of(letter, item)]:
        yield "its facts are not its own"
    wanted = values_of(letter, item) | {("reason", one.code) for one in segment.reasons(row)}
    if {(field, value) for field in FACETS for value in values[field][row]} != wanted:
        yield "its filter values are not its own"


def _spans(letter: Determination, item: DisputedItem) -> Iterator[str]:
    spans = {
        "heading": item.heading,
        "claims administrator's guideline": item.claims_administrator_guideline,
        "guideline": item.imr_guideline,
        "rationale": item.rationale,
    }
    for what, span in spans.items():
        if span is not None and letter.text[span.start : span.end] != span.text:
            yield f"its {what} is not the letter's text at its place"


def _by_item(values: Values, items: int) -> list[set[str]]:
    found: list[set[str]] = [set() for _ in range(items)]
    for code, row in zip(values.code.tolist(), values.row.tolist(), strict=True):
        found[row].add(values.names[code])
    return found


def _misplaced(segment: Segment, rationales: Array) -> Iterator[str]:
    """Yield how many passages and reasons are not inside the rationale of their item."""
    passages = (segment.arrays[name] for name in ("passage_item", "passage_start", "passage_end"))
    reasons = segment.records.rows('SELECT item, start, "end" FROM item_reasons')
    told = {
        "passages": tuple(np.asarray(column, dtype=np.int64) for column in passages),
        "reasons": tuple(np.asarray(reasons, dtype=np.int64).reshape(-1, 3).T),
    }
    for what, (item, start, end) in told.items():
        known = (item >= 0) & (item < len(rationales))
        place = rationales[np.where(known, item, 0)] if len(rationales) else np.zeros((len(item), 2), dtype=np.int64)
        inside = known & (place[:, 0] <= start) & (start < end) & (end <= place[:, 1])
        if not inside.all():
            yield f"holds {np.count_nonzero(~inside)} {what} outside their item's rationale"


def _arrays(segment: Segment) -> Iterator[str]:
    arrays = segment.arrays
    ids = np.asarray(arrays["ids"])
    if len(ids) > 1 and not (ids[:-1] < ids[1:]).all():
        yield "the letters are not in order of id"
    if not np.array_equal(digest_keys(arrays["digests"])[arrays["digest_order"]], arrays["digest_keys"]):
        yield "the digests of embedded texts are not in order"
    for name in ("bands", "digest_keys", "passage_item"):
        if len(arrays[name]) > 1 and not (arrays[name][:-1] <= arrays[name][1:]).all():
            yield f"the array of {name} is not in order"
    labels = {label for (label,) in segment.records.rows("SELECT label FROM sayings")}
    if not labels.issuperset(np.asarray(arrays["saying"]).tolist()):
        yield "an item says the same as a group that is not told of"
    items = segment.manifest.items
    for field in FIELDS:
        values = segment.values(field)
        if len(values.row) and (values.row.max() >= items or values.row.min() < 0):
            yield f"holds values of no item ({'cited titles' if field in CITED_FIELDS else field})"


def _vectors(segment: Segment) -> Iterator[str]:
    rows, _ = segment.vectors.shape
    for start in range(0, rows, _CHUNK):
        chunk = segment.vectors.take(np.arange(start, min(start + _CHUNK, rows)))
        lengths = np.linalg.norm(chunk.astype(np.float64), axis=1)
        wrong = np.flatnonzero(~(np.abs(lengths - 1) <= _NORM_NOISE))
        if len(wrong):
            first = start + int(wrong[0])
            yield f"holds vectors that are not finite and of length one: {len(wrong)} from row {first} on"
