"""Why an item is among the results, told in what it shares with the request."""

import msgspec

from indexer.facts import facts_of
from indexer.index import ItemKey, PassageHit
from indexer.records import Treatment
from service.agreement import Agreement
from service.matched import matched, telling_words
from service.records import MatchedPassage
from service.retrieve import Candidate
from service.understand import RequestedItem
from tests.support.fake_index import Decided, FakeIndex, letter

LETTER = letter(
    "A-aa", "A", Decided("Tramadol 50mg for the left knee", "There is no gain in function from the tablets.")
)
OTHER = letter("B-bb", "B", Decided("Knee brace", "The tablets of tramadol were stopped."))
INDEX = FakeIndex(LETTER, OTHER)
ULTRACET = Treatment(
    concept="tramadol and acetaminophen", category="Opioids", ingredients=("tramadol", "acetaminophen")
)
TRAMADOL = Treatment(concept="tramadol", category="Opioids", ingredients=("tramadol",))
ASKED = RequestedItem(
    text="Tramadol of 50mg, 60 tablets, for the left knee: any gain?",
    treatments=(TRAMADOL,),
    body_regions=(),
    laterality=("left",),
    quantity=None,
)


ITEM = msgspec.structs.replace(LETTER.items[0], laterality=("right", "left"), treatments=(ULTRACET, TRAMADOL))


def candidate(*passages: PassageHit) -> Candidate:
    return Candidate(
        key=ItemKey("A-aa", 1),
        facts=facts_of(LETTER, ITEM),
        score=0.1,
        similarity=0.87654321,
        lexical_rank=2,
        dense_rank=None,
        agreement=Agreement(grade=1.0, concepts=("tramadol",), category="Opioids", body_regions=("knee",)),
        passages=passages,
    )


def test_words_that_say_something_come_rarest_first() -> None:
    assert telling_words(ASKED.text, INDEX) == ("50mg", "left", "gain", "tramadol", "tablets", "knee")


def test_all_that_is_shared() -> None:
    key = ItemKey("A-aa", 1)
    found = matched(
        candidate(PassageHit(key, 40, 60, 0.9), PassageHit(key, 32, 50, 0.8)),
        ITEM,
        ASKED,
        ("absent", *telling_words(ASKED.text, INDEX)),
        ("gain in function",),
    )
    assert (found.concepts, found.category, found.body_regions) == (("tramadol",), "Opioids", ("knee",))
    assert found.ingredients == ("tramadol",)
    assert found.laterality == ("left",)
    assert found.terms == ("50mg", "left", "gain", "tramadol", "tablets", "knee")
    assert found.phrases == ("gain in function",)
    assert found.passage == MatchedPassage(index=0, start=40, end=60)
    assert (found.similarity, found.dense_rank, found.lexical_rank) == (0.8765, None, 2)


def test_what_was_found_by_words_alone_has_no_passage_and_few_terms_are_told() -> None:
    words = ("no", "gain", "in", "function", "from", "the", "tablets", "left", "knee", "for")
    found = matched(candidate(), ITEM, ASKED, words)
    assert found.passage is None
    assert found.terms == words[:8]
