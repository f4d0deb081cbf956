"""Rewrite a dataset's narratives in many wordings, half of them with the item said otherwise.

`python -m eval.requests.wordings --benchmark ../shared/benchmark --out DIR` writes a dataset of the IMR form whose
kinds are the wordings of wordings.toml. A narrative gives the history, the title query of the same item the item.
"""

import argparse
import functools
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from config.errors import Fault
from eval.datasets import Dataset, Query, load_dataset
from eval.lines import QRELS_HEADER, DatasetFault
from eval.requests.paraphrase import paraphrase
from indexer.parse.normalise import Normaliser, default_normaliser
from indexer.parse.titles import read_title
from indexer.sentences import sentence_spans

_FILE = Path(__file__).parent / "wordings.toml"
_OTHER = "-other"
_NARRATIVE, _TITLE = "n:", "t:"


class Wording(NamedTuple):
    """A named template."""

    name: str
    text: str


class Case(NamedTuple):
    """An item with its history; `query` is the narrative that both come from."""

    query: Query
    item: str
    history: str


@functools.cache
def load_wordings() -> tuple[Wording, ...]:
    """Read wordings.toml."""
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(Wording(entry["name"], entry["text"]) for entry in data["wording"])


def cases(dataset: Dataset) -> list[Case]:
    """Return the narratives of a dataset whose item has a title query.

    Raises:
        DatasetFault: there is none.
    """
    titles = {query.id.removeprefix(_TITLE): query.text for query in dataset.queries if query.id.startswith(_TITLE)}
    found = []
    for query in dataset.queries:
        name = query.id.removeprefix(_NARRATIVE)
        if query.id.startswith(_NARRATIVE) and name in titles and (history := _history(query.text, titles[name])):
            found.append(Case(query, read_title(titles[name]).request, history))
    if not found:
        raise DatasetFault(f"dataset {dataset.name}: no narrative ({_NARRATIVE}...) with a title ({_TITLE}...)")
    return found


def _history(narrative: str, title: str) -> str:
    """Return a narrative without its shortest paragraph that names the item."""
    paragraphs = narrative.split("\n\n")
    naming = [paragraph for paragraph in paragraphs if title in paragraph]
    if not naming:
        return ""
    paragraphs.remove(min(naming, key=len))
    return "\n\n".join(paragraphs)


def worded(wording: Wording, item: str, history: str) -> str:
    """Return a request in one wording."""
    spans = sentence_spans(history)
    cut = spans[len(spans) // 2].start if spans else 0
    said = item.rstrip(" .")
    return wording.text.format(
        item=said, history=history, before=history[:cut].rstrip(), after=history[cut:].strip()
    ).strip()


def queries(found: Sequence[Case], normaliser: Normaliser) -> Iterator[tuple[Query, str]]:
    """Yield every case in every wording, plain and said otherwise, with the id of the narrative it comes from."""
    for case in found:
        for wording in load_wordings():
            other = paraphrase(case.item, f"{case.query.id} {wording.name}", normaliser)
            for kind, item in ((wording.name, case.item), (wording.name + _OTHER, other)):
                query = Query(
                    id=f"{kind}:{case.query.id.removeprefix(_NARRATIVE)}",
                    kind=kind,
                    text=worded(wording, item, case.history),
                    exclude_case=case.query.exclude_case,
                )
                yield query, case.query.id


def write(dataset: Dataset, out: Path, every: int, normaliser: Normaliser) -> int:
    """Write the dataset of wordings of each `every`-th narrative; return how many queries it holds.

    Raises:
        DatasetFault: the dataset has no narratives, or the folder cannot be written.
    """
    made = list(queries(cases(dataset)[::every], normaliser))
    encode = msgspec.json.encode
    lines = [
        encode({"_id": query.id, "kind": query.kind, "text": query.text, "exclude_case": query.exclude_case})
        for query, _ in made
    ]
    judged = ["\t".join(QRELS_HEADER)]
    for query, origin in made:
        judged += [f"{query.id}\t{corpus_id}\t{grade}" for corpus_id, grade in dataset.qrels[origin].items()]
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / "queries.jsonl").write_bytes(b"\n".join(lines) + b"\n")
        (out / "qrels.tsv").write_text("\n".join(judged) + "\n", encoding="utf-8")
    except OSError as error:
        raise DatasetFault(f"{out}: {error.strerror or error}") from None
    return len(made)


def main(arguments: Sequence[str]) -> int:
    """Rewrite the narratives of a benchmark in many wordings."""
    parser = argparse.ArgumentParser(prog="python -m eval.requests.wordings", description=main.__doc__)
    parser.add_argument("--benchmark", type=Path, required=True, help="a dataset with narratives and titles")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write")
    parser.add_argument("--every", type=int, default=1, help="take each Nth narrative only")
    asked = parser.parse_args(arguments)
    if asked.every < 1:
        parser.error("--every must be 1 or more")
    try:
        count = write(load_dataset(asked.benchmark), asked.out, asked.every, default_normaliser())
    except Fault as error:
        sys.stderr.write(f"Error: {error}\n")
        return 1
    sys.stdout.write(f"{asked.out}: {count} queries\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
