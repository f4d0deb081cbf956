"""`imr serve` and `imr demo`, as far as they go before anything is served, and one dataset for `imr eval`."""

import json
import socket
from pathlib import Path

import pytest

from config.settings import Settings
from service.web import serve
from tests.support.program import Imr


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """Nothing is served: the settings that would have been."""
    kept: list[Settings] = []

    def run(settings: Settings, announce: object) -> None:
        kept.append(settings)
        assert callable(announce)
        announce("http://127.0.0.1:4711")

    monkeypatch.setattr(serve, "run", run)
    return kept


def test_flags_reach_the_server_and_the_address_is_told(imr: Imr, sample_dir: Path, served: list[Settings]) -> None:
    said = imr("serve", "--host", "127.0.0.2", "--port", "0", "--index", sample_dir)
    assert said == (0, "", "http://127.0.0.1:4711/  (Ctrl-C stops)\n")
    assert (served[0].server.host, served[0].server.port, served[0].index.dir) == ("127.0.0.2", 0, sample_dir)


def test_a_port_that_is_taken(imr: Imr, sample_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = imr("serve", "--port", str(port), "--index", sample_dir).fault
    assert told == f"cannot listen on 127.0.0.1 port {port}: address already in use"


def test_demo_indexes_the_samples_and_shows_a_first_request(imr: Imr, tmp_path: Path, served: list[Settings]) -> None:
    said = imr("demo", "--folder", tmp_path / "demo")
    assert said.code == 0
    first, *rest = said.out.splitlines()
    assert first.startswith("sample index: 10")
    assert rest[0] == "serving on http://127.0.0.1:4711 once the model is loaded; open it in a browser, or try:"
    assert rest[1].strip().startswith("curl -s http://127.0.0.1:4711/api/search ")
    body = json.loads(rest[1].partition(" -d '")[2].rstrip("'"))
    assert body["text"]
    assert served[0].index.dir == tmp_path / "demo" / "index"
    again = imr("demo", "--folder", tmp_path / "demo", "--no-serve")
    assert again.out.splitlines() == [first]
    assert len(served) == 1
    assert imr("search", body["text"], "--index", tmp_path / "demo" / "index").code == 0
    assert json.loads(imr("status", "--index", tmp_path / "demo" / "index", "--json").out)["rejected"] == []


def test_eval_over_the_sample_index(imr: Imr, sample_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "queries.jsonl").write_text('{"_id": "q1", "text": "Norco 10/325mg #120"}\n')
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\tSAMPLE-0001#1\t1\n")
    said = imr("eval", tmp_path, "--index", sample_dir, "--system", "bm25", "--json")
    assert said.code == 0
    report = json.loads(said.out)
    assert (report["system"], report["n_queries"]) == ("bm25", 1)
    assert "no" in imr("eval", tmp_path / "absent", "--index", sample_dir).fault.lower()
