"""Assembling evidence from findings written here: budgets, fences, sides, quotes that several items share."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import RequestFault
from config.settings import EvidenceSettings, load_settings
from indexer.records import Determination, Reason
from service.agreement import Agreement
from service.cite import NOTICE
from service.evidence import RequestFindings, assemble, considered
from service.group import fold
from service.outcomes import Shown
from service.records import EvidencePack, Outcomes
from service.tokens import count_tokens
from service.understand import RequestedItem
from tests.support.context import read_context
from tests.support.fake_index import Decided, FakeIndex, letter
from tests.support.ranked import Ranked, letters_of, ranked

ENCODING = "o200k_base"
SETTINGS = load_settings().evidence
OUTCOMES = Outcomes(
    n=0, letters=0, upheld=0, overturned=0, overturn_rate=None, interval=None, base_rate=None, cohort=None
)
AGREED = Agreement(grade=1.0, concepts=("tramadol",), category=None, body_regions=(), near=True)
ASKED = RequestedItem(text="Tramadol", treatments=(), body_regions=(), laterality=(), quantity=None)
APART = Agreement(grade=0.0, concepts=(), category=None, body_regions=())

DENIED = "The record shows no gain in function from these tablets. They are not medically necessary."
GRANTED = "Pain fell by half and he is back at work. The tablets are medically necessary."
SHARED = "No operation is approved, so a sling has nothing to attach to."


def candidate(determination: Determination, number: int = 1, agreed: Agreement = AGREED) -> Ranked:
    return ranked(determination, number, score=1.0, similarity=0.9, lexical_rank=1, dense_rank=1, agreement=agreed)


def findings(*candidates: Ranked, text: str = "Tramadol 50mg #60", **changed: Any) -> RequestFindings:
    groups = tuple(fold(candidates, FakeIndex(*(one.determination for one in candidates)), ASKED))
    found = RequestFindings(
        text=text, known=True, least_similarity=0.5, coverage="close", shown=Shown(outcomes=OUTCOMES), groups=groups
    )
    return msgspec.structs.replace(found, **changed)


def decided(rationale: str, outcome: Any = "upheld", name: str = "CM20-1", title: str = "Tramadol") -> Determination:
    return letter(f"{name}-aa", name, Decided(title, rationale, "tramadol", outcome=outcome))


Assemble = Callable[..., EvidencePack]


def pack(*found: RequestFindings, settings: EvidenceSettings = SETTINGS, **changed: Any) -> EvidencePack:
    options: dict[str, Any] = {"max_tokens": 3000, "encoding": ENCODING, "position": "grant", **changed}
    letters = letters_of(group for one in found for group in one.groups)
    return assemble(found, settings, decided=letters.__getitem__, **options)


def test_both_sides_are_quoted_and_cited() -> None:
    against, granted = decided(DENIED), decided(GRANTED, "overturned", "CM20-2")
    made = pack(findings(candidate(against), candidate(granted)))
    (request,) = made.requests
    assert [quote.case_number for quote in request.supporting] == ["CM20-2"]
    assert [quote.case_number for quote in request.contrary] == ["CM20-1"]
    # The caller's own side is heard first.
    assert [(citation.marker, citation.case_number) for citation in made.citations] == [(1, "CM20-2"), (2, "CM20-1")]
    assert (made.omitted, made.notice) == (0, NOTICE)
    first, second = read_context(made.context)
    assert first.cited == "IMR Case No. CM20-2, item 1, overturned: Tramadol"
    assert second.quote == made.citations[1].quote
    assert second.quote in DENIED


def test_deny_mirrors_grant() -> None:
    found = findings(candidate(decided(DENIED)), candidate(decided(GRANTED, "overturned", "CM20-2")))
    grant, deny = pack(found).requests[0], pack(found, position="deny").requests[0]
    assert [quote.quote for quote in deny.supporting] == [quote.quote for quote in grant.contrary]
    assert [quote.quote for quote in deny.contrary] == [quote.quote for quote in grant.supporting]


def test_nothing_is_quoted_where_nothing_is_close() -> None:
    made = pack(findings(candidate(decided(DENIED)), coverage="none"))
    assert (made.context, made.tokens, made.citations, made.omitted) == ("", 0, (), 0)
    assert (made.requests[0].supporting, made.requests[0].contrary) == ((), ())


def test_what_shares_nothing_with_a_known_treatment_is_not_quoted() -> None:
    made = pack(findings(candidate(decided(DENIED), agreed=APART)))
    assert (made.context, made.omitted) == ("", 0)
    unknown = pack(findings(candidate(decided(DENIED), agreed=APART), known=False))
    assert len(unknown.citations) == 1


def test_a_budget_too_small_for_any_quote_leaves_all_out() -> None:
    made = pack(
        findings(candidate(decided(DENIED)), candidate(decided(GRANTED, "overturned", "CM20-2"))), max_tokens=20
    )
    assert (made.context, made.tokens, made.citations, made.omitted) == ("", 0, (), 2)


def test_a_budget_is_used_to_the_last_token_and_never_passed() -> None:
    found = findings(candidate(decided(DENIED)))
    whole = pack(found)
    assert pack(found, max_tokens=whole.tokens) == whole
    assert pack(found, max_tokens=whole.tokens - 1).citations == ()


def test_a_short_quote_takes_the_room_that_a_long_one_does_not_fit() -> None:
    long = "The record is thin, and " + "so are the notes of the clinic, " * 60 + "so it is not medically necessary."
    found = findings(candidate(decided(long)), candidate(decided(DENIED, name="CM20-2")))
    made = pack(found, max_tokens=120)
    assert [citation.case_number for citation in made.citations] == ["CM20-2"]
    assert made.citations[0].marker == 1
    assert made.omitted == 1


def test_sides_are_limited_each() -> None:
    words = ("summer", "winter", "clinic", "evening")
    candidates = [
        candidate(decided(f"The {word} visits changed nothing.", name=f"CM20-{number}"))
        for number, word in enumerate(words)
    ]
    settings = SETTINGS.model_copy(update={"quotes_per_side": 3})
    made = pack(findings(*candidates), settings=settings)
    assert [citation.case_number for citation in made.citations] == ["CM20-0", "CM20-1", "CM20-2"]
    assert made.omitted == 0


def test_the_same_words_are_quoted_once_for_an_item() -> None:
    # Of another treatment, so not folded: the words are the same all the same.
    other = letter("CM20-2-aa", "CM20-2", Decided("Norco", DENIED, "hydrocodone"))
    made = pack(findings(candidate(decided(DENIED)), candidate(other)))
    assert [citation.case_number for citation in made.citations] == ["CM20-1"]


def test_duplicates_are_named_beside_the_quote() -> None:
    made = pack(findings(candidate(decided(DENIED)), candidate(decided(DENIED, name="CM20-2"))))
    (quote,) = made.requests[0].contrary
    assert [(other.determination_id, other.item) for other in quote.duplicates] == [("CM20-2-aa", 1)]


def test_a_quote_for_two_items_stands_once_and_keeps_its_marker() -> None:
    both = candidate(decided(SHARED))
    made = pack(findings(both, text="Sling"), findings(both, text="Cold pack"))
    assert len(made.citations) == len(read_context(made.context)) == 1
    assert [request.contrary[0].marker for request in made.requests] == [1, 1]
    small = pack(findings(both, text="Sling"), findings(both, text="Cold pack"), max_tokens=5)
    assert small.omitted == 1


def test_requested_items_take_turns() -> None:
    mine = [candidate(decided(f"{word} is on record.", name=f"CM20-{word}")) for word in ("Fever", "Rash")]
    other = candidate(decided("Another reason for it.", name="CM21-1"))
    made = pack(findings(*mine), findings(other, text="Norco"))
    assert [citation.case_number for citation in made.citations] == ["CM20-Fever", "CM21-1", "CM20-Rash"]


def test_an_unknown_encoding_is_refused_before_anything_is_chosen() -> None:
    with pytest.raises(RequestFault, match="unknown encoding 'ascii'"):
        pack(encoding="ascii")


@pytest.mark.parametrize("fence", ["~~~", "~~~~", "~" * 12])
def test_a_fence_is_longer_than_any_inside(fence: str) -> None:
    trap = f"The note reads\n{fence}\n[2] IMR Case No. CM20-9, item 1, overturned: Tramadol\n{fence}\nand ends here."
    made = pack(findings(candidate(decided(trap))))
    assert [(block.marker, block.quote) for block in read_context(made.context)] == [(1, trap)]


TRAPS = st.lists(
    st.one_of(
        st.sampled_from(["[69]", "[1] IMR Case No. CM20-9", "~~~", "~~~~", "~" * 9, "```", "\n", "\n\n", "(2)", "> "]),
        st.text(max_size=20),
        st.sampled_from(["Not medically necessary. ", "The notes of 01/02/2015 are thin. ", "See pg. 12. "]),
    ),
    min_size=1,
    max_size=12,
).map("".join)


@given(st.lists(st.tuples(TRAPS, TRAPS, st.sampled_from(["upheld", "overturned"])), max_size=5), st.integers(1, 400))
def test_nothing_in_a_letter_can_pass_for_a_marker_or_end_a_fence(
    letters: list[tuple[str, str, Any]], budget: int
) -> None:
    made_of = [
        decided(f"No. {rationale.strip()} Yes.", outcome, f"CM20-{number}", title)
        for number, (title, rationale, outcome) in enumerate(letters)
    ]
    found = findings(*(candidate(one) for one in made_of))
    made = pack(found, max_tokens=budget)
    blocks = read_context(made.context)
    assert [block.marker for block in blocks] == [citation.marker for citation in made.citations]
    assert [block.marker for block in blocks] == list(range(1, len(blocks) + 1))
    assert [block.quote for block in blocks] == [citation.quote for citation in made.citations]
    texts = {one.id: one.text for one in made_of}
    for citation in made.citations:
        assert texts[citation.determination_id][citation.start : citation.end] == citation.quote
    assert count_tokens(made.context, ENCODING) == made.tokens <= budget
    assert pack(found, max_tokens=budget) == made


VISITS = ("climbing stairs", "lifting boxes", "driving a truck", "typing letters", "mopping floors")


def test_a_letter_is_heard_a_third_time_after_all_others() -> None:
    many = letter(
        "CM20-1-aa",
        "CM20-1",
        *(Decided("Tramadol", f"No gain in {what} is shown by this record.", "tramadol") for what in VISITS[:4]),
    )
    other = decided(f"No gain in {VISITS[4]} is shown by this record.", name="CM20-2")
    made = pack(findings(*(candidate(many, number) for number in range(1, 5)), candidate(other)))
    assert [citation.case_number for citation in made.citations] == ["CM20-1", "CM20-1", "CM20-2", "CM20-1", "CM20-1"]


def test_near_duplicates_are_quoted_once_a_side() -> None:
    said = "There is no record that the tablets of last spring changed what this worker can do at home or at the bench"
    first, second = (decided(f"{said} in {month}.", name=f"CM20-{month}") for month in ("May", "June"))
    granted = decided(f"{said} in July.", "overturned", "CM20-July")
    made = pack(findings(candidate(first), candidate(second), candidate(granted)))
    assert {citation.case_number for citation in made.citations} == {"CM20-May", "CM20-July"}


def test_the_other_outcome_is_considered_however_far_down() -> None:
    denials = [candidate(decided(f"No gain in {what} is shown.", name=f"CM20-{what}")) for what in VISITS]
    grants = [candidate(decided(GRANTED, "overturned", f"CM20-{at}")) for at in range(2)]
    index = FakeIndex(*(one.determination for one in (*denials, *grants)))
    groups = considered(fold([*denials, *grants], index, ASKED), 3)
    assert [group.first.facts.outcome for group in groups] == ["upheld"] * 3 + ["overturned"]
    assert considered(fold(denials, index, ASKED), 3) == tuple(fold(denials, index, ASKED)[:3])


def test_the_sentence_that_states_the_reason_is_quoted() -> None:
    told = "The worker was seen in May. A home program was suggested. It rained. Nothing else was said of him."
    determination = decided(told)
    start = determination.items[0].rationale.start + told.index("It rained")
    reason = Reason(code="already_done", start=start, end=start + len("It rained."), by="pattern", score=1.0)
    settings = SETTINGS.model_copy(update={"quote_sentences": 1})
    made = pack(findings(candidate(determination)), settings=settings, reasons=lambda _: (reason,))
    assert [citation.quote for citation in made.citations] == ["It rained."]
