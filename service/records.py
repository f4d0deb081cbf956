"""What the service answers: the records of the contract's API, written as JSON by msgspec."""

from datetime import date
from typing import Literal

import msgspec

from indexer.records import Citation as GuidelineCitation
from indexer.records import ItemOutcome, Laterality, Record, Treatment

Coverage = Literal["close", "related", "none"]
Position = Literal["grant", "deny"]


class AskedItem(Record, frozen=True):
    """One item that a request asks for, as understood.

    `quantity` and `dose` are as written; `context` is the request's own sentences about the clinical picture.
    """

    text: str
    treatments: tuple[Treatment, ...]
    body_regions: tuple[str, ...]
    coverage: Coverage
    laterality: tuple[Laterality, ...] = ()
    quantity: str | None = None
    dose: str | None = None
    retrospective: bool = False
    context: str = ""


class FoundPassage(Record, frozen=True):
    """A passage of a precedent's rationale: text == determination.text[start:end]."""

    text: str
    start: int
    end: int
    page: int | None
    score: float


class DuplicateItem(Record, frozen=True):
    """Another item whose rationale says the same."""

    determination_id: str
    item: int


class DependentItem(Record, frozen=True):
    """An item that stands or falls with a result, with the score that it would have had by itself."""

    determination_id: str
    item: int
    score: float


class MatchedPassage(Record, frozen=True):
    """The passage nearest to the request: its place in the result's passages, and in the determination's text."""

    index: int
    start: int
    end: int


class Matched(Record, frozen=True):
    """Why an item is among the results.

    `concepts` are the treatments shared with the request; `category` the category shared where no treatment is, or
    its first part; `terms` the words shared with title or rationale, rarest first; `phrases` what was quoted and
    found; `reasons` the codes of why it was so decided; `passage` None where the item was found by its words alone.
    """

    concepts: tuple[str, ...]
    category: str | None
    ingredients: tuple[str, ...]
    body_regions: tuple[str, ...]
    laterality: tuple[Laterality, ...]
    terms: tuple[str, ...]
    phrases: tuple[str, ...]
    reasons: tuple[str, ...]
    passage: MatchedPassage | None
    similarity: float | None
    dense_rank: int | None
    lexical_rank: int | None


class EditionInForce(Record, frozen=True):
    """An edition of an MTUS chapter that was in force when an item was decided; `effective_to` None is not known."""

    chapter: str
    edition: str
    effective_from: date
    effective_to: date | None


class Precedent(Record, frozen=True):
    """A decided item like the one asked for.

    `request` is the index into the answer's requests. `deciding` is the sentence that states why it was so decided (its
    `score` as of `indexer.records.Reason`), None where no reason of the list was found.
    """

    rank: int
    score: float
    determination_id: str
    case_number: str | None
    item: int
    title: str
    outcome: ItemOutcome
    decision_date: date | None
    specialties: tuple[str, ...]
    treatments: tuple[Treatment, ...]
    body_regions: tuple[str, ...]
    request: int
    passages: tuple[FoundPassage, ...]
    citations: tuple[GuidelineCitation, ...]
    decided_under: tuple[EditionInForce, ...]
    matched: Matched
    duplicates: tuple[DuplicateItem, ...]
    dependents: tuple[DependentItem, ...]
    cite_as: str
    deciding: FoundPassage | None = None


class IndexState(Record, frozen=True):
    """Which index answered; where coverage is not `calibrated` for its model, words and vocabulary alone judge it."""

    generation: str
    model: str
    calibrated: bool = True


class SearchAnswer(Record, frozen=True):
    """The answer to a search."""

    requests: tuple[AskedItem, ...]
    results: tuple[Precedent, ...]
    index: IndexState
    took_ms: float


class Citation(Record, frozen=True):
    """A quote's place: quote == determination.text[start:end]; what it is of, for a table of authorities."""

    marker: int
    determination_id: str
    text_sha256: str
    case_number: str | None
    item: int
    outcome: ItemOutcome
    page: int | None
    start: int
    end: int
    quote: str
    title: str = ""
    decision_date: date | None = None
    cite_as: str = ""


class Quote(Citation, frozen=True, kw_only=True):
    """A citation with why it was chosen."""

    score: float
    duplicates: tuple[DuplicateItem, ...]


class Cohort(Record, frozen=True):
    """Which items a rate counts."""

    level: str
    treatment: str | None
    body_region: str | None


class Outcomes(Record, frozen=True):
    """What the record shows for a cohort; rates are None under 20 items or 10 letters. Never a prediction.

    `n` counts items that say the same once and leaves dependent items out, unless asked otherwise; `as_written` counts
    the same items with duplicates, `dependent` the items that stand or fall with another. `interval` resamples letters,
    `wilson` takes items for independent. `items` gives, for each number by its name, the query of /api/items that lists
    what it counts.
    """

    n: int
    letters: int
    upheld: int
    overturned: int
    overturn_rate: float | None
    interval: tuple[float, float] | None
    base_rate: float | None
    cohort: Cohort | None
    wilson: tuple[float, float] | None = None
    as_written: int = 0
    dependent: int = 0
    items: dict[str, str] = msgspec.field(default_factory=dict)


class Tally(Record, frozen=True):
    """The outcomes of a part of a cohort: a year, a specialty; `key` None where the letter does not tell."""

    key: str | None
    n: int
    letters: int
    overturned: int
    overturn_rate: float | None
    interval: tuple[float, float] | None
    items: str


class RequestEvidence(Record, frozen=True):
    """The evidence for one requested item."""

    text: str
    coverage: Coverage
    outcomes: Outcomes
    supporting: tuple[Quote, ...]
    contrary: tuple[Quote, ...]
    by_year: tuple[Tally, ...] = ()
    by_specialty: tuple[Tally, ...] = ()


class EvidencePack(Record, frozen=True):
    """Verbatim, cited passages for a request within a token budget."""

    requests: tuple[RequestEvidence, ...]
    context: str
    tokens: int
    citations: tuple[Citation, ...]
    omitted: int
    notice: str
    position: Position = "grant"
