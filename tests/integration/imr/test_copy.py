"""`imr copy`, and the other commands over PostgreSQL."""

from pathlib import Path

import pytest

from config.settings import Settings
from eval.bench.pgserver import Server
from tests.support.engines import fresh_database
from tests.support.program import Imr, program


@pytest.fixture
def dsn(postgres_server: Server, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty database, named by the environment; the engine stays the embedded one."""
    made = fresh_database(postgres_server)
    monkeypatch.setenv("IMR_INDEX_DSN", f"{made} password=hunter2")
    monkeypatch.setenv("IMR_MODEL_KIND", "hashing")
    return made


@pytest.fixture
def imr(capsys: pytest.CaptureFixture[str]) -> Imr:
    return program(capsys)


def test_there_and_back_again(
    imr: Imr, dsn: str, sample_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = imr("copy", "--from", sample_settings.index.dir, "--to", "postgres")
    assert (there.code, there.err) == (0, "")
    assert there.out.splitlines()[0].startswith("copied 102 letters, 381 disputed items")
    back = imr("copy", "--from", dsn, "--to", tmp_path / "back", "--json")
    assert back.code == 0
    assert '"generation":"g000001"' in back.out
    assert imr("index", "--verify", "--index", tmp_path / "back").code == 0
    one = imr("search", "tramadol for the low back", "--index", sample_settings.index.dir, "--json", "--limit", "3")
    other = imr("search", "tramadol for the low back", "--index", tmp_path / "back", "--json", "--limit", "3")
    monkeypatch.setenv("IMR_INDEX_ENGINE", "postgres")
    status = imr("status")
    assert status.code == 0
    assert "102 letters, 381 disputed items" in status.out
    assert "tables: 10" in status.out
    verified = imr("index", "--verify")
    assert verified.code == 0
    assert "all whole" in verified.out
    served = imr("search", "tramadol for the low back", "--json", "--limit", "3")
    assert ids(served.out) == ids(one.out) == ids(other.out)
    assert "hunter2" not in status.out + verified.out + served.out


def ids(answer: str) -> list[str]:
    """Return the results of an answer."""
    import msgspec

    return [result["determination_id"] for result in msgspec.json.decode(answer)["results"]]


@pytest.mark.parametrize("arguments", [("status",), ("index", "--verify"), ("serve",), ("search", "knee")])
def test_an_empty_database_holds_no_index(
    imr: Imr, dsn: str, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setenv("IMR_INDEX_ENGINE", "postgres")
    assert dsn
    assert "no index in host=127.0.0.1" in imr(*arguments).fault


def test_what_cannot_be_copied(imr: Imr, dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no index in" in imr("copy", "--from", tmp_path, "--to", dsn).fault
    assert "the same" in imr("copy", "--from", dsn, "--to", dsn).fault
    assert "no connection string" in imr("copy", "--from", "nonsense=1", "--to", tmp_path).fault
    monkeypatch.delenv("IMR_INDEX_DSN")
    assert "names no server" in imr("copy", "--from", "postgres", "--to", tmp_path).fault


def test_letters_are_read_into_postgresql(
    imr: Imr, dsn: str, sample_letters: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = tmp_path / "some"
    some.mkdir()
    for path in sorted(sample_letters.iterdir())[:5]:
        (some / path.name).write_bytes(path.read_bytes())
    monkeypatch.setenv("IMR_INDEX_ENGINE", "postgres")
    monkeypatch.setenv("IMR_INDEX_DIR", str(tmp_path / "kept"))
    first = imr("index", some)
    assert "letters: 5 read" in first.out
    assert f"index host=127.0.0.1 {dsn.split()[1]} dbname={dsn.split('dbname=')[1].split(maxsplit=1)[0]}" in first.out
    again = imr("index", some)
    assert "0 read, 5 unchanged" in again.out
    assert "generation g000001" in again.out
    assert imr("index", "--verify").code == 0
    assert "hunter2" not in first.out + again.out
