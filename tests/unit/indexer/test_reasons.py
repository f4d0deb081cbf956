"""Reasons: found where a sentence about the case states them, nowhere else; every sentence here is our own."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.deciding import sentences_of
from indexer.embed import Fingerprint, FloatArray, HashingEmbedder
from indexer.reasonlist import reason_codes
from indexer.reasons import NO_REASONING, ReasonFinder, pattern_reasons
from indexer.records import Determination, DisputedItem, ItemOutcome
from indexer.sentences import sentence_spans
from tests.support.fake_index import Decided, letter

GUIDELINE = "The MTUS recommends this treatment for patients who have failed conservative care."
VERDICT = "Therefore, the request is not medically necessary."


class Case(NamedTuple):
    """A sentence, what was asked for, and how it was decided."""

    code: str
    sentence: str
    title: str = "MRI of the lumbar spine"
    outcome: ItemOutcome = "upheld"


STATED = [
    Case(
        "no_functional_improvement", "There is no documentation of functional gains from the visits so far.", "PT x 6"
    ),
    Case("no_functional_improvement", "The response to the earlier injection was not described.", "Knee injection"),
    Case("no_functional_improvement", "Pain scores are unchanged at every visit since January.", "Norco #60"),
    Case("conservative_care_not_tried", "The records do not show that she has tried physical therapy."),
    Case("conservative_care_not_tried", "There was a lack of evidence that first-line agents had failed.", "Lidoderm"),
    Case("conservative_care_not_tried", "A home exercise program has never been tried by this worker."),
    Case("exceeds_recommended", "The request for eighteen visits exceeds what the guideline allows.", "PT x 18"),
    Case("exceeds_recommended", "This quantity goes beyond the recommended number of tablets.", "Soma #120"),
    Case("no_objective_findings", "There are no red flags in this case."),
    Case("no_objective_findings", "The examination showed no neurologic deficit in either leg."),
    Case("no_objective_findings", "Strength and sensation were normal in the patient's arms."),
    Case("imaging_not_correlated", "No plain films were provided for this patient.", "Knee arthroscopy"),
    Case("imaging_not_correlated", "The patient's MRI was normal at that level.", "Epidural steroid injection L4-5"),
    Case("not_recommended", "However, this device is not recommended by the ODG.", "H-wave unit"),
    Case("not_recommended", "In this case the treatment remains experimental.", "Shockwave therapy"),
    Case("no_indication", "There is no evidence of muscle spasm on examination.", "Flexeril #60"),
    Case("no_indication", "The patient has no history of ulcer and no dyspepsia.", "Omeprazole 20mg"),
    Case("insufficient_documentation", "The physician gave no rationale for the request.", "Wheelchair"),
    Case("insufficient_documentation", "The request failed to specify the quantity.", "Topical cream"),
    Case("insufficient_documentation", "It is unclear why this patient needs a second opinion.", "Consultation"),
    Case("already_done", "The same study was already performed in March, so this request is redundant."),
    Case("monitoring_or_safety", "There is no urine drug screen or signed agreement in the chart.", "Percocet #90"),
    Case("monitoring_or_safety", "Given the risk of sedation this patient should not take both drugs.", "Soma #60"),
    Case("alternative_available", "An ordinary cold pack would suffice for this patient.", "Cold therapy unit"),
    Case("follows_primary", "As the surgery is not medically necessary, the sling is not needed.", "Post-op sling"),
    Case("low_risk_procedure", "This is a low risk procedure in a healthy man.", "Pre-operative chest x-ray"),
    Case(
        "improvement_documented", "The patient had functional improvement with earlier visits.", "PT x 6", "overturned"
    ),
    Case("conservative_care_failed", "The patient failed physical therapy and medication.", "Knee MRI", "overturned"),
    Case("objective_findings_support", "The patient has weakness and decreased sensation.", "EMG", "overturned"),
    Case("imaging_supports", "The MRI shows a tear of this patient's rotator cuff.", "Shoulder surgery", "overturned"),
    Case("within_recommended", "The request for six visits is within the guideline.", "Acupuncture x 6", "overturned"),
    Case("indication_present", "The patient is on opioids and at high risk.", "Urine drug screen", "overturned"),
    Case("indication_present", "The criteria have been met for this patient.", "Wheelchair", "overturned"),
    Case("change_or_new_injury", "The patient fell again and symptoms have worsened.", "Knee x-ray", "overturned"),
    Case("follows_primary", "The concurrent request for surgery is supported.", "Post-op sling", "overturned"),
    Case("improvement_documented", "His pain fell from eight to three with the drug.", "Gabapentin", "overturned"),
    Case("conservative_care_failed", "Bracing and therapy have not restored the joint.", "Ankle MRI", "overturned"),
    Case("objective_findings_support", "She cannot raise the arm past the shoulder.", "Shoulder MRI", "overturned"),
    Case("change_or_new_injury", "The patient's numbness is getting worse.", "EMG", "overturned"),
    Case(
        "within_recommended",
        "For this patient eight visits are the ceiling and it is not exceeded.",
        "PT",
        "overturned",
    ),
]

UNSTATED = [
    Case("no_functional_improvement", "The patient had functional improvement and returned to work.", "PT x 6"),
    Case("no_functional_improvement", "He failed physical therapy without improvement before this scan."),
    Case("conservative_care_not_tried", "The patient has tried physical therapy and a home program."),
    Case("exceeds_recommended", "The patient was seen for six visits in March.", "PT x 6"),
    Case("no_objective_findings", "The patient has weakness of the left ankle."),
    Case("imaging_not_correlated", "The patient's MRI shows a large herniation.", "Epidural steroid injection"),
    Case("not_recommended", "The patient was seen by an orthopedist.", "H-wave unit"),
    Case("no_indication", "The patient has muscle spasm on examination.", "Flexeril #60"),
    Case("insufficient_documentation", "The physician explains the plan and its goals.", "Wheelchair"),
    Case("already_done", "The patient has never had a scan of the back."),
    Case("monitoring_or_safety", "The patient's risk of reflux was not addressed.", "Omeprazole 20mg"),
    Case("alternative_available", "The patient lives alone on the third floor.", "Cold therapy unit"),
    Case("follows_primary", "The patient had surgery in 2011.", "Post-op sling"),
    Case("low_risk_procedure", "This is a low risk procedure.", "MRI of the knee"),
    Case("improvement_documented", "There is no documentation of functional improvement.", "PT x 6", "overturned"),
    Case("conservative_care_failed", "There is no documentation of failed conservative care.", "MRI", "overturned"),
    Case("objective_findings_support", "There are no neurologic deficits.", "EMG", "overturned"),
    Case("imaging_supports", "No MRI shows a tear.", "Shoulder surgery", "overturned"),
    Case("change_or_new_injury", "There is no new injury or worsening.", "Knee x-ray", "overturned"),
]


def item(case: Case, rationale: str | None = None) -> DisputedItem:
    return letter("a", None, Decided(case.title, rationale or case.sentence, outcome=case.outcome)).items[0]


def codes(decided: DisputedItem) -> set[str]:
    return {reason.code for reason in pattern_reasons(decided)}


@pytest.mark.parametrize("case", STATED, ids=lambda case: f"{case.code}: {case.sentence[:40]}")
def test_a_reason_is_found_where_it_is_stated(case: Case) -> None:
    decided = item(case, f"{GUIDELINE} {case.sentence} {VERDICT}" if case.outcome == "upheld" else None)
    found = {reason.code: reason for reason in pattern_reasons(decided)}
    assert case.code in found
    place = found[case.code]
    start = decided.rationale.start
    assert decided.rationale.text[place.start - start : place.end - start] == case.sentence
    assert (place.by, place.score) == ("pattern", 1.0)


@pytest.mark.parametrize("case", UNSTATED, ids=lambda case: f"{case.code}: {case.sentence[:40]}")
def test_a_reason_is_not_found_where_it_is_not(case: Case) -> None:
    assert case.code not in codes(item(case))


def test_every_code_has_its_examples() -> None:
    assert {case.code for case in STATED} == {code.name for code in reason_codes()} - {NO_REASONING}


@pytest.mark.parametrize("case", STATED, ids=lambda case: f"{case.code}: {case.sentence[:40]}")
def test_a_reason_for_the_other_outcome_is_none(case: Case) -> None:
    turned = case._replace(outcome="overturned" if case.outcome == "upheld" else "upheld")
    directions = {code.name: code.direction for code in reason_codes()}
    allowed = {"upheld": {"against", "either"}, "overturned": {"for", "either"}}[turned.outcome]
    assert {directions[code] for code in codes(item(turned))} <= allowed


def test_a_recited_guideline_is_no_reason() -> None:
    recited = "The ODG states that imaging is not recommended unless there are red flags or neurologic deficits."
    decided = item(STATED[8], f"{recited} The report was read. {VERDICT}")
    assert "no_objective_findings" not in codes(decided)


def test_a_guideline_against_the_very_thing_is_a_reason() -> None:
    recited = "The ODG states that thermography is not recommended."
    assert codes(item(Case("", "", "Thermography"), f"{recited} {VERDICT}")) == {"not_recommended"}
    assert "not_recommended" not in codes(item(Case("", "", "Crutches"), f"{recited} {VERDICT}"))


def test_what_is_said_of_any_compound_is_said_of_mixtures() -> None:
    recited = "Any compounded product that contains a drug not recommended is not recommended."
    stated = f"{recited} The records do not show that oral agents failed. {VERDICT}"
    assert "not_recommended" in codes(item(Case("", "", "Ketoprofen 10%/Cyclobenzaprine 3% cream"), stated))
    assert "not_recommended" not in codes(item(Case("", "", "Ketoprofen 10% cream"), stated))


def test_a_record_that_lacks_findings_is_not_said_to_lack_its_reasons() -> None:
    lacking = "The records give no explanation and no objective findings of weakness."
    assert codes(item(Case("", lacking))) == {"no_objective_findings"}
    assert codes(item(Case("", "The records give no explanation for this request."))) == {"insufficient_documentation"}


def test_what_follows_the_primary_request_follows_its_outcome() -> None:
    granted = "The concurrent request for surgery is supported."
    assert "follows_primary" not in codes(item(Case("", granted, "Post-op sling")))
    denied = "The concurrent request for surgery is not supported."
    assert "follows_primary" in codes(item(Case("", denied, "Post-op sling")))
    assert "follows_primary" not in codes(item(Case("", denied, "Post-op sling", "overturned")))


def test_a_rationale_that_only_recites_or_concludes_gives_no_reasoning() -> None:
    assert codes(item(Case("", "", "Crutches"), f"{GUIDELINE} {VERDICT}")) == {NO_REASONING}
    assert codes(item(Case("", "", "Crutches"), VERDICT)) == {NO_REASONING}


def test_what_fits_no_code_has_no_reason() -> None:
    assert pattern_reasons(item(Case("", "The patient was seen on a Tuesday.", "Crutches"))) == ()


@given(st.text(min_size=1).filter(str.strip), st.sampled_from(["upheld", "overturned"]))
def test_reasons_of_any_text_are_whole_sentences_of_the_rationale(rationale: str, outcome: ItemOutcome) -> None:
    decided = item(Case("", "", "Tramadol", outcome), rationale)
    start = decided.rationale.start
    spans = {(start + span.start, start + span.end) for span in sentence_spans(rationale)}
    found = pattern_reasons(decided)
    assert {(reason.start, reason.end) for reason in found} <= spans
    assert len({reason.code for reason in found}) == len(found) <= 3
    assert pattern_reasons(decided) == found


def test_reasons_of_the_samples_lie_in_their_rationales(sample_determinations: tuple[Determination, ...]) -> None:
    named = {code.name: code.direction for code in reason_codes()}
    with_reasons = 0
    for decided in (one for determination in sample_determinations for one in determination.items):
        places = {(sentence.start, sentence.end) for sentence in sentences_of(decided)}
        found = pattern_reasons(decided)
        with_reasons += bool(found)
        assert {(reason.start, reason.end) for reason in found} <= places
        assert {named[reason.code] for reason in found} <= {
            "either",
            "against" if decided.outcome == "upheld" else "for",
        }
    assert with_reasons > 150


class NearPrototypes:
    """An embedder of the default model's name for which a marked sentence equals the first prototype it is told."""

    fingerprint = Fingerprint(
        name="all-MiniLM-L6-v2",
        dimension=2,
        max_pieces=254,
        weights_sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    )

    def __init__(self, prototype: str) -> None:
        self.prototype = prototype
        self.calls = 0

    def count(self, texts: Sequence[str]) -> list[int]:
        """Count words."""
        return [len(text.split()) for text in texts]

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Tell what is marked from what is not."""
        self.calls += 1
        near = [text == self.prototype or "Tuesday" in text for text in texts]
        return np.asarray([[1, 0] if one else [0, 1] for one in near], dtype=np.float32)


def test_without_a_pattern_the_nearest_prototype_of_the_outcome_counts() -> None:
    by_name = {code.name: code for code in reason_codes()}
    decided = item(Case("", "The patient was seen on a Tuesday.", "Crutches"))
    finder = ReasonFinder(NearPrototypes(by_name["already_done"].prototypes[0]))
    (found,) = finder.reasons_of(decided)
    assert (found.code, found.by, found.score) == ("already_done", "prototype", 1.0)
    other = ReasonFinder(NearPrototypes(by_name["imaging_supports"].prototypes[0]))
    assert other.reasons_of(decided) == ()


def test_prototypes_are_embedded_once_and_only_when_needed() -> None:
    embedder = NearPrototypes("")
    finder = ReasonFinder(embedder)
    finder.reasons_of(item(STATED[8]))
    assert embedder.calls == 0
    for _ in range(3):
        finder.reasons_of(item(Case("", "The clinic is closed on a Sunday.", "Crutches")))
    assert embedder.calls == 4


def test_a_model_without_a_cosine_goes_by_patterns_alone() -> None:
    decided = [item(case) for case in STATED[:5]]
    assert ReasonFinder(HashingEmbedder()).reasons_of_all(decided) == [pattern_reasons(one) for one in decided]
