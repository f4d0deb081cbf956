"""Indexing again and again: only what is new is read and embedded, and nothing that was there is lost."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from config.errors import IndexFault, LetterRejected
from config.settings import ReadingSettings, Settings, Values, load_settings
from eval.letters.pdf import render_pdf
from eval.letters.records import SampleLetter
from eval.letters.text import render_text
from indexer import build as build_module
from indexer import sources
from indexer.build import BuildSummary, build_index
from indexer.embed import FloatArray, HashingEmbedder
from indexer.filters import NO_FILTERS
from indexer.letters import parse_file
from indexer.records import Determination
from indexer.store.embedded import open_embedded
from indexer.store.manifest import current_folder
from indexer.store.status import read_status
from tests.integration.indexing.conftest import Build, CountingEmbedder
from tests.support.store import checksums, segment_folder


def ids(settings: Settings) -> list[str]:
    """Return the ids of the determinations that an index holds."""
    index = open_embedded(settings.index.dir)
    found = sorted({key.determination_id for key in index.select(NO_FILTERS)})
    index.close()
    return found


def reworded(sample: SampleLetter) -> str:
    """Render a sample with a rationale of other words."""
    first, *others = sample.items
    changed = msgspec.structs.replace(first, rationale=f"Seen again on appeal. {first.rationale}")
    return render_text(msgspec.structs.replace(sample, items=(changed, *others)))


def files(folder: Path) -> list[Path]:
    """Return a folder's files in order."""
    return sorted(folder.iterdir())


def counts(summary: BuildSummary) -> tuple[int, int, int, int]:
    """Return how many letters were read, unchanged, replaced and rejected."""
    return summary.read, summary.unchanged, summary.replaced, len(summary.rejected)


def test_a_first_run_reads_everything(
    build: Build, folder: Path, settings: Settings, embedder: CountingEmbedder
) -> None:
    summary = build(folder)
    assert counts(summary) == (12, 0, 0, 0)
    assert summary.letters == 12
    assert ids(settings) == sorted(parse_file(path, settings.reading).id for path in files(folder))
    assert summary.embedded == len(embedder.embedded) == len(set(embedder.embedded))
    assert summary.embedded <= summary.passages
    status = read_status(settings.index.dir)
    assert (status.counts.letters, status.counts.items, status.counts.passages) == (
        summary.letters,
        summary.items,
        summary.passages,
    )
    assert status.generation == summary.generation
    assert status.damaged == ()


def identity(path: Path) -> tuple[int, int, int]:
    """Which file it is and when it was written; reading it may change its access time."""
    stat = path.stat()
    return stat.st_ino, stat.st_mtime_ns, stat.st_size


def test_the_same_folder_again_changes_nothing(
    build: Build, folder: Path, settings: Settings, embedder: CountingEmbedder
) -> None:
    first = build(folder)
    before = identity(current_folder(settings.index.dir) / "manifest.json")
    second = build(folder)
    assert counts(second) == (0, 12, 0, 0)
    assert (second.generation, second.embedded, embedder.embedded) == (first.generation, 0, [])
    assert identity(current_folder(settings.index.dir) / "manifest.json") == before


def test_a_file_that_is_touched_is_not_read_again(build: Build, folder: Path) -> None:
    first = build(folder)
    os.utime(files(folder)[0], (1, 1))
    assert build(folder).generation == first.generation


def test_a_changed_file_replaces_what_it_held(
    build: Build,
    folder: Path,
    settings: Settings,
    embedder: CountingEmbedder,
    samples: tuple[SampleLetter, ...],
) -> None:
    build(folder)
    before, changed = ids(settings), files(folder)[0]
    changed.write_text(reworded(samples[0]), encoding="utf-8")
    summary = build(folder)
    assert counts(summary) == (1, 11, 1, 0)
    assert summary.letters == 12
    after = ids(settings)
    assert len(set(after) - set(before)) == len(set(before) - set(after)) == 1
    assert parse_file(changed, settings.reading).id in after
    assert 0 < summary.embedded == len(embedder.embedded) < summary.passages


def test_a_new_file_is_added_and_only_it_is_embedded(
    build: Build, folder: Path, settings: Settings, embedder: CountingEmbedder, tmp_path: Path
) -> None:
    later = tmp_path / files(folder)[0].name
    shutil.move(files(folder)[0], later)
    first = build(folder)
    shutil.move(later, folder)
    second = build(folder)
    assert counts(second) == (1, 11, 0, 0)
    assert (first.letters, second.letters) == (11, 12)
    assert second.generation > first.generation
    new = parse_file(files(folder)[0], settings.reading)
    texts = {item.rationale.text[:40] for item in new.items}
    assert embedder.embedded
    assert all(any(text in embedded for text in texts) for embedded in embedder.embedded)


def test_letters_of_other_paths_stay(build: Build, folder: Path, settings: Settings) -> None:
    one, two, *_ = files(folder)
    build(one)
    summary = build(two)
    assert (counts(summary), summary.letters) == ((1, 0, 0, 0), 2)
    assert len(ids(settings)) == 2


def test_a_deleted_file_s_letter_stays(build: Build, folder: Path, settings: Settings) -> None:
    first = build(folder)
    held = ids(settings)
    files(folder)[0].unlink()
    assert build(folder).generation == first.generation
    (folder / "extra.txt").write_text("no letter", encoding="utf-8")
    summary = build(folder)
    assert summary.letters == 12
    assert ids(settings) == held


def test_rejected_files_are_recorded_with_their_reasons(build: Build, folder: Path, settings: Settings) -> None:
    (folder / "empty.txt").write_bytes(b"")
    (folder / "note.txt").write_text("Nothing like a letter.", encoding="utf-8")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    summary = build(folder)
    assert counts(summary) == (12, 0, 0, 3)
    assert {Path(file.path).name for file in summary.rejected} == {"empty.txt", "note.txt", "broken.pdf"}
    assert all(file.reason and "\n" not in file.reason for file in summary.rejected)
    assert read_status(settings.index.dir).rejected == summary.rejected


def test_rejected_files_are_tried_again_only_when_they_changed(
    build: Build, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = folder / "a-bad.txt"
    bad.write_text("Nothing like a letter.", encoding="utf-8")
    first = build(folder)
    tried: list[Path] = []

    def watched(path: Path, limits: ReadingSettings) -> Determination:
        tried.append(path)
        return parse_file(path, limits)

    monkeypatch.setattr(sources, "parse_file", watched)
    again = build(folder)
    assert tried == []
    assert again.generation == first.generation
    assert [Path(file.path).name for file in again.rejected] == ["a-bad.txt"], "still told, though not tried"
    shutil.copy(files(folder)[1], bad)
    repaired = build(folder)
    assert tried == [bad]
    assert counts(repaired) == (1, 12, 0, 0)
    assert repaired.letters == 12, "it holds a letter that another file holds too"


def test_a_good_file_that_turns_bad_loses_its_letter(build: Build, folder: Path, settings: Settings) -> None:
    build(folder)
    bad = files(folder)[0]
    gone = parse_file(bad, settings.reading).id
    bad.write_text("Nothing like a letter.", encoding="utf-8")
    summary = build(folder)
    assert counts(summary) == (0, 11, 0, 1)
    assert summary.letters == 11
    assert gone not in ids(settings)


def test_rejections_of_other_paths_are_kept_but_not_told(build: Build, folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.txt"
    elsewhere.write_text("Nothing like a letter.", encoding="utf-8")
    assert len(build(elsewhere).rejected) == 1
    assert build(folder).rejected == ()


def test_one_letter_under_two_paths_is_one_determination(build: Build, folder: Path, settings: Settings) -> None:
    twin = folder / "twin.txt"
    shutil.copy(files(folder)[0], twin)
    summary = build(folder)
    assert (summary.read, summary.letters) == (13, 12)
    twin.unlink()
    (folder / "other.txt").write_text("Nothing like a letter.", encoding="utf-8")
    assert build(folder).letters == 12
    assert len(ids(settings)) == 12


def test_of_two_copies_the_one_with_pages_is_kept_in_whatever_order(
    build: Build, tmp_path: Path, samples: tuple[SampleLetter, ...], settings: Settings
) -> None:
    text, pdf = tmp_path / "a.txt", tmp_path / "b.pdf"
    text.write_text(render_text(samples[0]), encoding="utf-8")
    pdf.write_bytes(render_pdf(samples[0], "layout-1-2016"))
    assert parse_file(text, settings.reading).id == parse_file(pdf, settings.reading).id
    for number, paths in enumerate(([text, pdf], [pdf, text])):
        other = settings.model_copy(update={"index": settings.index.model_copy(update={"dir": tmp_path / str(number)})})
        for path in paths:
            build(path, other=other)
        index = open_embedded(other.index.dir)
        (name,) = ids(other)
        letter = index.determination(name)
        index.close()
        assert letter == parse_file(pdf, settings.reading)


def test_two_texts_of_one_case_are_both_kept_and_warned_of(
    build: Build, folder: Path, settings: Settings, samples: tuple[SampleLetter, ...]
) -> None:
    (folder / "second.txt").write_text(reworded(samples[0]), encoding="utf-8")
    summary = build(folder)
    assert summary.letters == 13
    assert len(summary.warnings) == 1
    both = [name for name in ids(settings) if name.startswith(samples[0].case)]
    assert len(both) == 2
    assert samples[0].case in summary.warnings[0]
    assert all(name in summary.warnings[0] for name in both)
    assert build(folder).warnings == summary.warnings


def test_another_model_makes_all_vectors_again(
    build: Build, folder: Path, settings: Settings, embedder: CountingEmbedder
) -> None:
    first = build(folder)
    larger = CountingEmbedder(dimension=32)
    second = build(folder, model=larger)
    assert counts(second) == (0, 12, 0, 0), "letters are not read again for that"
    assert second.embedded == len(larger.embedded) == first.embedded
    assert second.generation > first.generation
    assert read_status(settings.index.dir).model == larger.fingerprint
    index = open_embedded(settings.index.dir)
    assert index.search_vector(larger.encode(["knee"])[0], 3)
    index.close()
    assert build(folder, model=larger).generation == second.generation
    assert build(folder, model=embedder).embedded == first.embedded


def test_other_settings_of_passages_are_taken_up(build: Build, folder: Path, settings: Settings) -> None:
    first = build(folder)
    shorter = settings.model_copy(update={"passages": settings.passages.model_copy(update={"max_pieces": 40})})
    second = build(folder, other=shorter)
    assert counts(second) == (0, 12, 0, 0)
    assert second.passages > first.passages
    assert second.generation > first.generation
    assert build(folder, other=shorter).generation == second.generation


def test_more_pieces_than_the_model_takes_are_not_taken(build: Build, folder: Path, settings: Settings) -> None:
    passages = settings.passages.model_copy(update={"max_pieces": 100_000})
    summary = build(folder, other=settings.model_copy(update={"passages": passages}))
    assert build(folder).generation == summary.generation


def test_another_reader_reads_every_letter_again_also_of_paths_not_named(
    build: Build, folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *others = files(folder)
    build(folder)
    gone = others.pop()
    gone.unlink()
    monkeypatch.setattr(build_module, "reader_version", lambda _own: "another")
    summary = build(first)
    assert summary.read == 11
    assert summary.letters == 11
    assert summary.embedded == 0, "texts whose vector is known are not embedded again"
    assert [warning for warning in summary.warnings if str(gone) in warning]
    assert sorted(ids(settings)) == sorted(parse_file(path, settings.reading).id for path in (first, *others))
    assert build(folder).generation == summary.generation


def test_several_processes_make_the_same_index(
    build: Build, folder: Path, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "note.txt").write_text("Nothing like a letter.", encoding="utf-8")
    alone = build(folder)
    monkeypatch.setattr(sources, "_WORTH_WORKERS", 2)
    flags: Values = {"index": {"dir": tmp_path / "parallel"}, "reading": {"processes": 2}}
    together = build(folder, other=load_settings(flags=flags))
    assert together.rejected == alone.rejected
    assert (together.letters, together.items, together.passages) == (alone.letters, alone.items, alone.passages)
    assert checksums(settings.index.dir) == checksums(tmp_path / "parallel")


def test_a_name_that_is_no_text_is_indexed_and_known_again(build: Build, folder: Path) -> None:
    odd = Path(f"{folder}/r\udce9sum\udce9.txt")
    files(folder)[0].rename(odd)
    bad = Path(f"{folder}/b\udce9d.txt")
    bad.write_text("Nothing like a letter.", encoding="utf-8")
    first = build(folder)
    assert counts(first) == (12, 0, 0, 1)
    assert first.rejected[0].path.endswith(r"b\xe9d.txt")
    second = build(folder)
    assert counts(second) == (0, 12, 0, 1)
    assert second.generation == first.generation


def test_nothing_but_rejected_files_makes_an_empty_index(build: Build, tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "note.txt").write_text("Nothing like a letter.", encoding="utf-8")
    summary = build(tmp_path / "note.txt")
    assert (summary.letters, summary.passages, len(summary.rejected)) == (0, 0, 1)
    assert ids(settings) == []
    assert build(tmp_path / "note.txt").generation == summary.generation


def test_progress_is_told_stage_by_stage(folder: Path, settings: Settings) -> None:
    told: list[tuple[str, int, int]] = []
    summary = build_index([folder], settings, HashingEmbedder(), lambda *step: told.append(step))
    reading = [(done, total) for stage, done, total in told if stage == "reading"]
    embedding = [(done, total) for stage, done, total in told if stage == "embedding"]
    assert reading == [(done, 12) for done in range(1, 13)]
    assert embedding[-1] == (summary.embedded, summary.embedded)
    assert [stage for stage, *_ in told] == ["reading"] * 12 + ["embedding"] * len(embedding)


def test_a_path_that_is_not_there_makes_no_index(build: Build, tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(LetterRejected):
        build(tmp_path / "none")
    assert not settings.index.dir.exists()


def test_a_damaged_index_is_not_built_upon(build: Build, folder: Path, settings: Settings) -> None:
    build(folder)
    records = segment_folder(settings.index.dir) / "records.sqlite"
    content = records.read_bytes()
    for damage in (content[:-1], b"\x00" * len(content)):
        records.write_bytes(damage)
        with pytest.raises(IndexFault, match="damaged") as caught:
            build(folder)
        assert "\n" not in str(caught.value)
    records.write_bytes(content)
    assert counts(build(folder)) == (0, 12, 0, 0)


def test_a_failing_model_leaves_the_index_as_it_was(build: Build, folder: Path, settings: Settings) -> None:
    class Failing(HashingEmbedder):
        def encode(self, texts: Sequence[str]) -> FloatArray:
            raise MemoryError(len(texts))

    one, *_ = files(folder)
    first = build(one)
    with pytest.raises(MemoryError):
        build(folder, model=Failing())
    assert read_status(settings.index.dir).generation == first.generation
    assert build(folder).letters == 12, "and the lock was given back"
