"""The samples are written as a folder of PDF files."""

from pathlib import Path

import pytest

from eval.letters import publish
from eval.letters.records import SampleLetter


def test_one_file_a_letter(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    mixed_letter: SampleLetter,
    plain_letter: SampleLetter,
) -> None:
    monkeypatch.setattr(publish, "load_samples", lambda: (mixed_letter, plain_letter))
    folder = tmp_path / "new" / "letters"
    paths = publish.write_letters(folder, "layout-2")
    assert [path.name for path in paths] == ["TEST-0001.pdf", "TEST-0002.pdf"]
    assert all(path.read_bytes().startswith(b"%PDF-") for path in paths)
