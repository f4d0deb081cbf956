"""Narratives rewritten in many wordings."""

import json
from pathlib import Path

import pytest

from eval.datasets import load_dataset
from eval.lines import DatasetFault
from eval.requests.paraphrase import paraphrase
from eval.requests.wordings import load_wordings, main, worded, write
from indexer.parse.normalise import default_normaliser

NORMALISER = default_normaliser()
HISTORY = "He fell from a ladder. His knee hurts. Walking is slow."


def dataset(folder: Path, *, titled: bool = True) -> Path:
    folder.mkdir()
    queries = [{"_id": "n:C1#1", "text": f"{HISTORY}\n\nRequesting MRI of the right knee.", "exclude_case": "C1"}]
    if titled:
        queries.append({"_id": "t:C1#1", "text": "MRI of the right knee", "exclude_case": "C1"})
    (folder / "queries.jsonl").write_text("".join(json.dumps(query) + "\n" for query in queries), encoding="utf-8")
    judged = "".join(f"{query['_id']}\tC2#1\t1\n" for query in queries)
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n" + judged, encoding="utf-8")
    return folder


def test_every_wording_names_the_item_and_the_history() -> None:
    for wording in load_wordings():
        text = worded(wording, "MRI of the right knee.", HISTORY)
        assert text.count("MRI of the right knee") == 1
        for sentence in HISTORY.split(". "):
            assert sentence.rstrip(".") in text


def test_there_are_ten_wordings_or_more_with_names_of_their_own() -> None:
    names = [wording.name for wording in load_wordings()]
    assert len(names) >= 10
    assert len(set(names)) == len(names)


def test_a_dataset_of_wordings_can_be_run(tmp_path: Path) -> None:
    out = tmp_path / "out"
    count = write(load_dataset(dataset(tmp_path / "in")), out, 1, NORMALISER)
    made = load_dataset(out)
    assert count == len(made.queries) == 2 * len(load_wordings())
    assert {query.exclude_case for query in made.queries} == {"C1"}
    assert all(grades == {"C2#1": 1} for grades in made.qrels.values())
    plain = [query for query in made.queries if not query.kind.endswith("-other")]
    assert len(plain) == len(load_wordings())
    assert all("Requesting MRI of the right knee." not in query.text for query in made.queries)
    assert all("MRI of the right knee" not in query.text for query in made.queries if query not in plain)


def test_narratives_without_titles_are_a_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = dataset(tmp_path / "in", titled=False)
    with pytest.raises(DatasetFault, match="no narrative"):
        write(load_dataset(source), tmp_path / "out", 1, NORMALISER)
    assert main(["--benchmark", str(source), "--out", str(tmp_path / "out")]) == 1
    assert "no narrative" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("Physical therapy 2 times a week for 6 weeks", "sessions with a physical therapist twice weekly x 6 wks"),
        ("TENS unit for the lumbar spine", "a TENS machine for the low back"),
    ],
)
def test_an_item_said_otherwise(item: str, said: str) -> None:
    assert paraphrase(item, "seed", NORMALISER) == said


def test_another_name_is_the_same_treatment() -> None:
    names = {paraphrase("Norco 10/325mg", str(seed), NORMALISER) for seed in range(20)}
    assert len(names) > 5
    for name in names:
        assert name != "Norco 10/325mg"
        assert [one.concept for one in NORMALISER.treatments(name)] == ["hydrocodone/acetaminophen"]


def test_what_has_no_other_name_stays() -> None:
    assert paraphrase("something unheard of", "seed", NORMALISER) == "something unheard of"
