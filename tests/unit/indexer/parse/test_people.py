"""Credentials behind labels and in prose; age and sex however they are put."""

import pytest

from indexer.parse.layouts import Layout
from indexer.parse.normalise import Normaliser
from indexer.parse.people import read_patient, read_reviewer


@pytest.mark.parametrize(
    ("text", "licensure", "specialties"),
    [
        (
            "State(s) of Licensure: California, New York\n\nCertification(s)/Specialty: Neurology, Pain Management",
            ("California", "New York"),
            ("Neurology", "Pain Management"),
        ),
        (
            "The reviewer is Board Certified in Family Practice and is licensed to practice in Texas. He/she knows.",
            ("Texas",),
            ("Family Practice",),
        ),
        (
            (
                "He is Board Certified in Physical Medicine and Rehabilitation, has a subspecialty in Pain Management "
                "and Sports Medicine, and is licensed to practice in Texas, Ohio and Utah. More."
            ),
            ("Texas", "Ohio", "Utah"),
            ("Physical Medicine and Rehabilitation", "Pain Management", "Sports Medicine"),
        ),
        ("Nothing is said.", (), ()),
    ],
)
def test_credentials(
    normaliser: Normaliser,
    layouts: dict[str, Layout],
    text: str,
    licensure: tuple[str, ...],
    specialties: tuple[str, ...],
) -> None:
    reviewer = read_reviewer(text, layouts["layout-1"], normaliser)
    assert (reviewer.licensure, reviewer.specialties) == (licensure, specialties)


def test_specialties_are_folded_to_the_dwcs_names(normaliser: Normaliser, layouts: dict[str, Layout]) -> None:
    text = "Certification(s)/Specialty: Physical Medicine and Rehabilitation, Alchemy"
    reviewer = read_reviewer(text, layouts["layout-1"], normaliser)
    assert reviewer.specialties_normalised == ("Physical Medicine & Rehabilitation",)


@pytest.mark.parametrize(
    ("text", "age", "sex"),
    [
        ("The worker is a 54-year-old male foreman.", 54, "male"),
        ("A forty-seven year old (47) woman.", 47, "female"),
        ("A fifty-one (51) year old roofer. He fell.", 51, "male"),
        ("A twenty year old man.", 20, "male"),
        ("A nineteen-year-old lady.", 19, "female"),
        ("A male mason, 61 years of age.", 61, "male"),
        ("The claimant, a woman of 41, fell.", 41, "female"),
        ("A male driver of 50 years.", 50, "male"),
        ("The patient, 44, is a male technician.", 44, "male"),
        ("A tree trimmer, 39 and male.", 39, "male"),
        ("This 33 y/o female.", 33, "female"),
        ("Aged 58, he fell.", 58, "male"),
        ("A man of 63 years cares for a father aged 91.", 63, "male"),
        ("A 540 year old male.", None, "male"),
        ("The worker fell.", None, None),
    ],
)
def test_age_and_sex(text: str, age: int | None, sex: str | None) -> None:
    patient = read_patient(text)
    assert (patient.age, patient.sex) == (age, sex)
