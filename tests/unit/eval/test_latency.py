"""The pages whose time is taken ask for three items each; every text is timed once, after a warm-up."""

from eval.datasets import Query
from eval.latency import milliseconds, pastes

HISTORY = "The injured worker has pain. " * 20
QUERIES = [*(Query(id=f"t{n}", text=f"Item number {n}") for n in range(7)), Query(id="n", text=f"{HISTORY}\n\nDenied.")]


def test_a_page_is_a_history_and_three_titles() -> None:
    (page,) = pastes(QUERIES, 5)
    assert page.startswith(HISTORY.strip())
    assert "Denied." not in page
    assert [line for line in page.splitlines() if line.startswith(("1. ", "2. ", "3. "))] == [
        "1. Item number 1",
        "2. Item number 2",
        "3. Item number 3",
    ]


def test_no_page_without_titles() -> None:
    assert pastes(QUERIES[-1:], 5) == []


def test_every_text_is_timed_once_after_the_warm_up() -> None:
    seen: list[str] = []
    texts = [query.text for query in QUERIES]
    found = milliseconds(seen.append, texts)
    assert len(found) == len(texts)
    assert all(one >= 0 for one in found)
    assert seen == [*texts[:5], *texts]
