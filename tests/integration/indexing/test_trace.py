"""What the system is asked for: everything is flushed before the rename that makes it count."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_FLUSH = re.compile(r"f(?:data)?sync\(\d+<(?P<path>[^>]+)>\) = 0")
_RENAME = re.compile(r'rename(?:at2?)?\([^"]*"(?P<old>[^"]+)",[^"]*"(?P<new>[^"]+)".*\) = 0')


@pytest.mark.subprocess
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed (apt-get install strace)")
def test_files_and_folders_are_flushed_before_they_are_renamed(sample_letters: Path, tmp_path: Path) -> None:
    letters, index, trace = tmp_path / "letters", tmp_path / "index", tmp_path / "trace"
    letters.mkdir()
    for path in sorted(sample_letters.iterdir())[:4]:
        shutil.copy(path, letters)
    calls = "trace=fsync,fdatasync,rename,renameat,renameat2"
    command = [sys.executable, "-m", "imr", "index", str(letters), "--index", str(index)]
    traced = ["strace", "-f", "-qq", "-y", "-s", "4096", "-e", calls, "-o", str(trace), *command]
    environment = {"IMR_MODEL_KIND": "hashing", "IMR_MODEL_THREADS": "1", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(traced, capture_output=True, text=True, check=False, env=environment)  # noqa: S603 - our own
    if "ptrace" in done.stderr and not index.exists():
        pytest.skip("the system lets no program be traced")
    assert done.returncode == 0, done.stderr
    flushed: set[Path] = set()
    published: list[Path] = []
    for line in trace.read_text(encoding="utf-8").splitlines():
        if flush := _FLUSH.search(line):
            flushed.add(Path(flush["path"]))
        if rename := _RENAME.search(line):
            old, new = Path(rename["old"]), Path(rename["new"])
            if new.parent not in {index, index / "segments", index / "generations"}:
                continue  # what a library renames inside a folder that has no name yet
            kept = [path.relative_to(new) for path in new.rglob("*") if path.suffix != ".lock"] if new.is_dir() else []
            assert {old / path for path in kept} | {old} <= flushed, line
            if new.name == "CURRENT":
                assert {index / "segments", index / "generations"} <= flushed, "the folders that name what it names"
            published.append(new.relative_to(index))
            flushed.discard(index)
    assert [str(path) for path in published] == [
        "segments/s000001",
        "unfinished.json",
        "generations/g000001",
        "CURRENT",
    ]
    assert index in flushed, "the last rename is flushed, too"
