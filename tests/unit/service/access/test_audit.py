"""The audit log: whole lines, nothing of the request but a keyed hash, and no answer without its line."""

import json
import stat
import threading
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from config.errors import SettingsFault
from service.access.audit import AuditFault, AuditLog


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "audit.jsonl"


def note(log: AuditLog, request: str | bytes | None = "a request", **changed: Any) -> None:
    told: dict[str, Any] = {"who": "clinic", "key": "ab", "generation": "g1", "determinations": ("A", "B", "A")}
    log.write("search", request=request, **{**told, **changed})


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_a_line_says_who_when_what_and_a_hash(file: Path) -> None:
    log = AuditLog(file)
    note(log)
    (line,) = lines(file)
    assert datetime.fromisoformat(line.pop("at")).utcoffset() is not None
    assert line.pop("request") == log.hashed("a request")
    assert line == {"who": "clinic", "key": "ab", "act": "search", "generation": "g1", "determinations": ["A", "B"]}
    assert "a request" not in file.read_text()
    assert {stat.S_IMODE(path.stat().st_mode) for path in file.parent.iterdir()} == {0o600}


def test_a_hash_is_the_same_for_the_same_request_in_the_same_log(file: Path) -> None:
    log = AuditLog(file)
    assert log.hashed("x") == log.hashed(b"x") == AuditLog(file).hashed("x")
    assert log.hashed("x") != log.hashed("y")
    assert log.hashed("x") != AuditLog(file.with_name("other.jsonl")).hashed("x")
    assert log.hashed("\ud800")


def test_what_was_asked_for_by_no_words_has_no_hash(file: Path) -> None:
    note(AuditLog(file), None)
    assert lines(file)[0]["request"] is None


def test_lines_written_at_once_are_whole(file: Path) -> None:
    logs = [AuditLog(file), AuditLog(file)]

    def many(log: AuditLog) -> None:
        for _ in range(100):
            note(log, determinations=[f"D{number}" for number in range(200)])

    threads = [threading.Thread(target=many, args=(log,)) for log in logs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(lines(file)) == 200


def test_a_log_may_be_renamed_or_truncated_while_it_is_written(file: Path) -> None:
    log = AuditLog(file)
    note(log)
    file.rename(file.with_name("audit.1"))
    note(log)
    assert len(lines(file)) == len(lines(file.with_name("audit.1"))) == 1
    file.write_bytes(b"")
    note(log)
    assert len(lines(file)) == 1


def test_a_log_that_cannot_be_written(file: Path) -> None:
    log = AuditLog(file)
    file.unlink()
    file.mkdir()
    with pytest.raises(AuditFault, match="cannot be written: Is a directory"):
        note(log)


def test_a_log_that_cannot_be_begun(file: Path) -> None:
    file.mkdir()
    with pytest.raises(SettingsFault, match="Is a directory"):
        AuditLog(file)
