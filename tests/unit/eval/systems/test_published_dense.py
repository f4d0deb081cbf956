"""dense over a BEIR corpus is what published figures of all-MiniLM-L6-v2 are made with, worked out here by hand."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from config.settings import load_settings
from eval.datasets import CorpusText, Dataset, Query
from eval.systems.build import opened_bench
from indexer.embed import DEFAULT_PACKAGE

LONG = "The meniscus of the knee was torn in a fall from a ladder. " * 40
CORPUS = (
    CorpusText(id="short", title="Knee Braces", text="A brace holds an unstable knee."),
    CorpusText(id="long", title="Torn Menisci", text=LONG + "Hydrocodone was denied."),
    CorpusText(id="longer", title="Torn Menisci", text=LONG + "Acupuncture was allowed."),
    CorpusText(id="bare", title="", text="Physical therapy, twelve visits"),
)
QUERY = Query(id="q", text="  Does a Brace help a torn meniscus?\n")
DATASET = Dataset(name="toy", form="beir", queries=(QUERY,), qrels={"q": {"short": 1}}, corpus=CORPUS)


def by_hand(texts: list[str]) -> np.ndarray:
    """Tokenize to 256 pieces, run the transformer, take the mean of its tokens, scale to length one."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    found = importlib.util.find_spec(DEFAULT_PACKAGE)
    assert found
    assert found.submodule_search_locations
    folder = Path(found.submodule_search_locations[0]) / "model"
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    model = AutoModel.from_pretrained(folder, local_files_only=True).eval()
    batch = tokenizer(texts, padding=True, truncation=True, max_length=256, return_tensors="pt")
    with torch.no_grad():
        tokens = model(**batch).last_hidden_state
    mask = batch["attention_mask"].unsqueeze(-1)
    means = (tokens * mask).sum(dim=1) / mask.sum(dim=1)
    vectors: np.ndarray = torch.nn.functional.normalize(means, dim=1).numpy()
    return vectors


@pytest.mark.model
def test_scores_are_those_of_the_model_worked_out_by_hand() -> None:
    with opened_bench(DATASET, load_settings()) as bench:
        found = dict(bench.system("dense").rank(QUERY, 10))
        windows = dict(bench.system("dense-windowed").rank(QUERY, 10))
    texts = [f"{text.title} {text.text}".strip() for text in CORPUS]
    query, *bodies = by_hand([QUERY.text, *texts])
    expected = {text.id: float(body @ query) for text, body in zip(CORPUS, bodies, strict=True)}
    assert found == pytest.approx(expected, abs=2e-4)
    # What lies beyond the limit is not seen: the two long ones differ only there.
    assert found["long"] == found["longer"]
    # In windows nothing is cut off.
    assert set(windows) == set(found)
    with opened_bench(DATASET, load_settings()) as bench:
        asked = Query(id="q", text="Acupuncture")
        far = dict(bench.system("dense-windowed").rank(asked, 10))
    assert far["longer"] > far["long"]
