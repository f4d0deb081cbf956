"""Extended lexical indexes: what a new one holds, and that an old one never changes."""

import errno
import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.errors import IndexFault
from indexer.store.words import Words
from indexer.store.words_writing import extend_words, words_files, write_words

BODIES = {
    0: ("Tramadol", "tramadol for the low back"),
    1: ("MRI", "lumbar mri of the low back"),
    2: ("Tramadol", "tramadol tramadol and more tramadol"),
    7: ("Brace", "knee brace"),
    9: ("Brace", "knee brace"),
}
WORDS = ("knee", "brace", "back", "tramadol", "mri", "denied")
TEXTS = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)


def written(folder: Path, bodies: Mapping[int, tuple[str, ...]]) -> Path:
    """Write bodies anew."""
    write_words(folder, bodies.items())
    return folder


def state(folder: Path) -> dict[str, tuple[int, int, str]]:
    """Return inode, time of change and checksum of every file but locks, which readers leave."""
    return {
        path.name: (path.stat().st_ino, path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in sorted(folder.iterdir())
        if path.suffix != ".lock"
    }


def ranking(folder: Path, text: str) -> dict[int, float]:
    """Return the slots that a text finds, with their scores."""
    return dict(Words(folder).search(text, 1_000))


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The bodies, published."""
    return written(tmp_path / "old", BODIES)


def test_an_extended_index_holds_what_was_kept_and_what_was_added(old: Path, tmp_path: Path) -> None:
    extend_words(old, tmp_path / "new", [(12, ("Brace", "no brace"))], dead=[2], replaced=[(7, 9)])
    words = Words(tmp_path / "new")
    assert words.slots() == [0, 1, 9, 12]
    assert [hit.slot for hit in words.search("tramadol", 9)] == [0]
    assert {hit.slot for hit in words.search("brace", 9)} == {9, 12}
    assert words.holding(["no brace"]) == [12]
    assert words.holding(["more tramadol"]) == []


def test_the_old_folder_is_not_touched_and_stays_searchable(old: Path, tmp_path: Path) -> None:
    opened = Words(old)
    before, found = state(old), opened.search("low back tramadol", 9)
    for number in range(12):  # more than tantivy lets stand without merging
        extend_words(old, tmp_path / f"{number}", [(20 + number, ("Brace", "brace"))], dead=[0], replaced=[(7, 10)])
        assert opened.search("low back tramadol", 9) == found
        assert Words(old).search("low back tramadol", 9) == found
    assert state(old) == before
    assert Words(old).slots() == sorted(BODIES)


def test_a_chain_of_publications_leaves_each_as_it_was(old: Path, tmp_path: Path) -> None:
    folders, states, slots = [old], [state(old)], [sorted(BODIES)]
    for number in range(20):
        folder = tmp_path / f"{number}"
        extend_words(folders[-1], folder, [(100 + number, ("MRI", "mri of the knee"))], dead=[slots[-1][0]])
        folders.append(folder)
        states.append(state(folder))
        slots.append([*slots[-1][1:], 100 + number])
    assert [state(folder) for folder in folders] == states
    assert [Words(folder).slots() for folder in folders] == slots


def test_what_did_not_change_is_linked_and_the_lists_are_not(old: Path, tmp_path: Path) -> None:
    before = state(old)
    extend_words(old, tmp_path / "new", [(12, ("Brace", "brace"))], dead=[2])
    after = state(tmp_path / "new")
    lists = {"meta.json", ".managed.json"}
    assert {name: after[name] for name in before if name not in lists} == {
        name: before[name] for name in before if name not in lists
    }
    assert all(after[name][0] != before[name][0] for name in lists)


def test_files_are_copied_where_there_are_no_links(old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_self: Path, _target: Path) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    extend_words(old, tmp_path / "new", [(12, ("Brace", "brace"))], dead=[2])
    assert {one[0] for one in state(old).values()}.isdisjoint({one[0] for one in state(tmp_path / "new").values()})
    assert Words(tmp_path / "new").slots() == [0, 1, 7, 9, 12]


def test_the_files_are_those_in_use_and_nothing_else(old: Path, tmp_path: Path) -> None:
    folder = old
    for number in range(20):
        extend_words(folder, tmp_path / f"{number}", [(100 + number, ("MRI", "mri"))], dead=[99 + number, number])
        folder = tmp_path / f"{number}"
        assert sorted(path.name for path in folder.iterdir()) == words_files(folder)
        deleted = [name for name in words_files(folder) if name.endswith(".del")]
        assert len(deleted) == len({name.split(".")[0] for name in deleted})
    Words(folder)
    assert not any("lock" in name for name in words_files(folder))


def test_leftovers_and_locks_are_not_taken_over(old: Path, tmp_path: Path) -> None:
    wanted = words_files(old)
    (old / ".tantivy-writer.lock").write_bytes(b"")
    (old / f"{'0' * 32}.idx").write_bytes(b"left over")
    segment = next(name.split(".")[0] for name in wanted if name.endswith(".idx"))
    (old / f"{segment}.1.del").write_bytes(b"of another time")
    assert words_files(old) == wanted
    extend_words(old, tmp_path / "new", [])
    assert words_files(tmp_path / "new") == wanted


def test_segments_without_documents_are_dropped(old: Path, tmp_path: Path) -> None:
    extend_words(old, tmp_path / "new", [], replaced=[(0, 10)])
    assert words_files(tmp_path / "new") == [".managed.json", "meta.json"]
    assert Words(tmp_path / "new").slots() == []
    extend_words(tmp_path / "new", tmp_path / "newer", [(10, ("MRI", "mri"))])
    assert Words(tmp_path / "newer").slots() == [10]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_extending_finds_what_writing_anew_finds(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    place = tmp_path_factory.mktemp("extended")
    held = dict(enumerate(data.draw(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=8))))
    folder = written(place / "0", held)
    fresh = 10
    for step in range(data.draw(st.integers(1, 4))):
        dead = data.draw(st.sets(st.sampled_from([-1, *held])), label="dead") - {-1}
        first = data.draw(st.integers(0, fresh), label="first")
        end = data.draw(st.integers(0, fresh), label="end")
        added = data.draw(st.lists(st.tuples(TEXTS, TEXTS), max_size=3), label="added")
        new = {fresh + 2 * place: body for place, body in enumerate(added)}
        extend_words(folder, place / f"{step + 1}", new.items(), sorted(dead), [(first, end)])
        folder = place / f"{step + 1}"
        held = {slot: body for slot, body in held.items() if slot not in dead and not first <= slot < end} | new
        fresh += 2 * len(added)
    anew = written(place / "anew", held)
    assert Words(folder).slots() == Words(anew).slots() == sorted(held)
    for word in WORDS:
        assert set(ranking(folder, word)) == set(ranking(anew, word))
        assert Words(folder).holding([word]) == Words(anew).holding([word])


@settings(max_examples=15)
@given(st.lists(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=3), min_size=2, max_size=11))
def test_scores_do_not_depend_on_how_often_was_published(
    tmp_path_factory: pytest.TempPathFactory, parts: list[list[tuple[str, str]]]
) -> None:
    place = tmp_path_factory.mktemp("extended")
    slots = iter(range(100))
    bodies = [{next(slots): body for body in part} for part in parts]
    folder = written(place / "0", bodies[0])
    for number, part in enumerate(bodies[1:], start=1):
        extend_words(folder, place / f"{number}", part.items())
        folder = place / f"{number}"
    anew = written(place / "anew", {slot: body for part in bodies for slot, body in part.items()})
    for text in (*WORDS, "knee brace denied", "mri tramadol"):
        found = Words(folder).search(text, 3)
        assert [hit.slot for hit in found] == [hit.slot for hit in Words(anew).search(text, 3)]
        assert dict(found) == pytest.approx({hit.slot: hit.score for hit in Words(anew).search(text, 3)}, rel=1e-5)


def test_deleted_documents_count_until_their_segment_is_merged(tmp_path: Path) -> None:
    bodies = {slot: ("Brace", "knee brace" if slot % 2 else "back brace") for slot in range(40)}
    old = written(tmp_path / "old", bodies)
    extend_words(old, tmp_path / "0", [], dead=[slot for slot in bodies if slot % 2 and slot > 1])
    assert ranking(tmp_path / "0", "knee")[1] == ranking(old, "knee")[1]
    for number in range(8):  # tantivy merges eight segments of about a size
        extend_words(tmp_path / f"{number}", tmp_path / f"{number + 1}", [(100 + number, ("MRI", "mri"))])
    merged = {slot: body for slot, body in bodies.items() if slot % 2 == 0 or slot == 1}
    merged |= {100 + number: ("MRI", "mri") for number in range(8)}
    anew = written(tmp_path / "anew", merged)
    assert ranking(tmp_path / "8", "knee")[1] == pytest.approx(ranking(anew, "knee")[1], rel=1e-5)
    assert ranking(tmp_path / "8", "knee")[1] != pytest.approx(ranking(old, "knee")[1], rel=1e-2)


def test_the_same_publications_rank_alike_to_the_last_bit(tmp_path: Path) -> None:
    found = []
    for run in ("first", "second"):
        place = tmp_path / run
        place.mkdir()
        folder = written(place / "0", {slot: ("Brace", f"{WORDS[slot % 5]} {WORDS[slot % 3]}") for slot in range(60)})
        for number in range(1, 11):  # past a merge, with deletions on both sides of it
            added = [(100 * number + slot, ("MRI", f"{WORDS[slot % 4]} knee")) for slot in range(9)]
            extend_words(folder, place / f"{number}", added, dead=[3 * number, 100 * (number - 1) + 4])
            folder = place / f"{number}"
        found.append([ranking(folder, text) for text in (*WORDS, "knee brace tramadol", "mri back denied")])
    assert found[0] == found[1]
    assert all(one for one in found[0][:-3])


def test_many_commits_hold_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.store.words_writing._COMMITTED", 20)
    bodies = {slot: ("Brace", f"word{slot}") for slot in range(60)}
    folder = written(tmp_path / "words", bodies)
    assert Words(folder).slots() == list(range(60))
    assert Words(folder).holding(["word59"]) == [59]


@pytest.mark.parametrize("meta", [None, b"", b"{}", b"[]", b"\xff", b'{"segments": [{"segment_id": 1}]}'])
def test_a_list_of_segments_that_is_none_is_told(old: Path, tmp_path: Path, meta: bytes | None) -> None:
    (old / "meta.json").unlink()
    if meta is not None:
        (old / "meta.json").write_bytes(meta)
    with pytest.raises(IndexFault, match=r"the words of the index are damaged: meta\.json"):
        extend_words(old, tmp_path / "new", [])


def test_damage_is_told_where_it_is_met(old: Path, tmp_path: Path) -> None:
    for path in old.glob("*.idx"):
        path.write_bytes(b"")
    with pytest.raises((IndexFault, OSError), match=r"the words of the index are damaged|could not be written"):
        extend_words(old, tmp_path / "new", [], dead=[0])


def test_a_disk_that_refuses_is_told(old: Path, tmp_path: Path) -> None:
    program = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from indexer.store.words_writing import extend_words\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "bodies = [(100 + n, ('Brace', ' '.join(f'word{n}x{m}' for m in range(50)))) for n in range(200)]\n"
        "try:\n"
        "    extend_words(Path(sys.argv[1]), Path(sys.argv[2]), bodies)\n"
        "except OSError as error:\n"
        "    print(type(error).__name__, error)\n"
    )
    before = state(old)
    run = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-c", program, str(old), str(tmp_path / "new")],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert run.stdout.startswith("OSError new could not be written")
    assert state(old) == before
