"""What a text asks for: the items, told apart, and nothing that was merely tried or taken before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.parse.normalise import default_normaliser
from service.understand import RequestedItem, understand

NORMALISER = default_normaliser()
MOST = 12


def items(text: str, most: int = MOST) -> tuple[RequestedItem, ...]:
    return understand(text, NORMALISER, most)


def asked(text: str) -> list[list[str]]:
    return [[treatment.concept for treatment in item.treatments] for item in items(text)]


HISTORY = (
    "The patient was hurt in 2010 while lifting a crate. She has had acupuncture, six chiropractic visits and one "
    "epidural steroid injection, and has been on naproxen and gabapentin for years. Pain is rated 7/10. On examination "
    "there is tenderness over the lumbar paraspinals with spasm, and motion is guarded."
)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Ultram 50mg #60", ["tramadol"]),
        ("Is six more weeks of physical therapy for the left shoulder likely to be approved?", ["physical therapy"]),
        ("What do decisions say about Flexeril for chronic low back pain?", ["cyclobenzaprine"]),
        ("RFA: Flexeril 7.5mg #90", ["cyclobenzaprine"]),
        ("Functional restoration program was denied by the carrier.", ["functional restoration program"]),
        (f"{HISTORY}\n\nPlan: I am requesting authorization for Butrans 10mcg patch #4.", ["buprenorphine"]),
        (f"Request: Terocin patches #30.\n\n{HISTORY}", ["lidocaine/menthol"]),
        (
            f"The claims administrator non-certified omeprazole 20mg #60 because no risk is on record. {HISTORY}",
            ["omeprazole"],
        ),
        (
            f"{HISTORY} Utilization review denied the request for Lyrica 75mg #60 on 03/04/2015. You may appeal this.",
            ["pregabalin"],
        ),
        (f"I am appealing the denial of my Cymbalta. {HISTORY}", ["duloxetine"]),
    ],
)
def test_one_item_in_many_wordings(text: str, wanted: list[str]) -> None:
    assert asked(text) == [wanted]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("tramadol, cyclobenzaprine and omeprazole", ["tramadol", "cyclobenzaprine", "omeprazole"]),
        ("1. Tramadol 50mg #60\n2. Flexeril 7.5mg #30\n3) Norco 10/325\n", ["tramadol", "cyclobenzaprine", "hyd"]),
        ("- Acupuncture x 6\n\u2022 Chiropractic care, 8 visits", ["acupuncture", "chiro"]),
        ("Request for Authorization: Norco 10/325mg #60; urine drug screen", ["hydrocodone", "urine drug"]),
        (f"{HISTORY}\n\nRequested services: gym membership for a year; a lumbar brace", ["gym", "lumbosacral"]),
    ],
)
def test_several_items_are_told_apart_in_order(text: str, wanted: list[str]) -> None:
    found = asked(text)
    assert len(found) == len(wanted)
    for (concept, *rest), start in zip(found, wanted, strict=True):
        assert concept.startswith(start)
        assert rest == []


@pytest.mark.parametrize(
    "text",
    [
        "Right shoulder arthroscopy with subacromial decompression and distal clavicle resection",
        "Flurbiprofen 20%, cyclobenzaprine 4%, lidocaine 5% cream 180gm",
        "Lumbar epidural steroid injection under fluoroscopy",
        "Tramadol (Ultram) 50mg #60",
    ],
)
def test_the_parts_of_one_item_stay_together(text: str) -> None:
    assert [item.text for item in items(text)] == [text]


@pytest.mark.parametrize(
    "frame",
    [
        "{} was requested. 6 were authorized, leaving the original request IMR eligible. The original request, {}",
        "6 visits were authorized. The remaining IMR eligible portion of the original request, {}",
        "... The original request, {}",
    ],
)
def test_of_a_partly_authorised_item_only_what_is_left_is_asked(frame: str) -> None:
    (item,) = items(frame.format(*["Physical therapy for the left knee, 12 visits"] * frame.count("{}")))
    assert item.text == "Physical therapy for the left knee, 12 visits"
    assert item.body_regions == ("knee",)
    assert item.laterality == ("left",)
    assert item.quantity == "12 visits"


def test_a_frame_that_leaves_nothing_is_read_whole() -> None:
    (item,) = items("The original request, ...")
    assert item.text == "The original request"


def test_what_nothing_is_known_of_is_searched_as_it_stands() -> None:
    (item,) = items("  something entirely different ")
    assert item == RequestedItem(
        text="something entirely different", treatments=(), body_regions=(), laterality=(), quantity=None
    )
    assert [one.text for one in items("...")] == ["..."]


def test_no_more_items_than_allowed() -> None:
    drugs = "tramadol, cyclobenzaprine, omeprazole, naproxen, gabapentin"
    assert [len(items(drugs, most)) for most in (1, 3, 5, 12)] == [1, 3, 5, 5]
    assert items(drugs, 2) == items(drugs, 12)[:2]


def test_the_same_item_named_twice_is_one() -> None:
    assert len(items("Tramadol 50mg\nTramadol 50mg")) == 1


PIECES = st.sampled_from(
    [
        *("tramadol", "Norco 10/325mg #60", "lumbar MRI", "physical therapy 2x6", "left knee", "unknown thing"),
        *(", ", " and ", "; ", "\n", "\n\n", ". ", ": ", "? ", " with ", "1. ", "- ", "(", "[", "%", " "),
        *("requesting authorization for ", "The original request, ", "was denied ", "due to ", "history of "),
        *("Plan: ", "RFA", "Treatment requested: ", "utilization review denied ", "non-certified "),
    ]
)
TEXTS = st.one_of(st.lists(PIECES, min_size=1, max_size=60).map("".join), st.text(min_size=1)).filter(str.strip)


@given(TEXTS, st.integers(1, 12))
def test_laws_of_any_text(text: str, most: int) -> None:
    found = items(text, most)
    assert 1 <= len(found) <= most
    folded = " ".join(text.split())
    for item in found:
        assert item.text.strip()
        assert " ".join(item.text.split()) in folded
        named = {treatment.concept for treatment in (*item.treatments, *item.mentioned)}
        assert named <= {match.value.concept for match in NORMALISER.treatment_mentions(item.text)} | {
            "topical compound"
        }
        assert bool(item.treatments) >= bool(NORMALISER.treatments(item.text))
        assert item.body_regions == NORMALISER.regions(item.text)
    assert len({item.text for item in found}) == len(found)
    assert items(text, most) == found


def test_a_long_history_that_ends_in_a_request_asks_for_that_alone() -> None:
    history = (
        "The injured worker is a 50 year old man with low back pain. He had physical therapy and acupuncture. "
        "In May the treating physician requested an MRI and tramadol, and both were given. "
    ) * 4
    found = items(f"{history}\n\nUtilization review denied Norco 10/325mg #60 as not medically necessary.", 12)
    assert [item.treatments[0].concept for item in found] == ["hydrocodone/acetaminophen"]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("unit", ["\n1.", " ", "\n", "Plan: "])
def test_a_text_that_goes_round_in_circles_is_read_in_one_go(unit: str) -> None:
    """Read again from each of its parts to the end, any of these would outlast the suite's patience."""
    assert len(items(("MRI " + unit * 40_000)[:40_000] + " Norco")) in range(1, MOST + 1)
