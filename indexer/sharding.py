"""The vectors of a corpus made on several machines: one shard of its letters, as `imr embed` makes it.

Letters are cut into shards by their bytes alone, so every machine that sees the same letters cuts the same way,
whatever the folders are called. Everything that `imr index` would embed is embedded: passages, and the sentences in
which reasons are sought.
"""

import hashlib
import re
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from config.errors import RequestFault
from config.settings import Settings
from indexer.embed import AroundEmbedder, Embedder, Fingerprint, FloatArray
from indexer.parse.version import reader_version
from indexer.passages import passages_of
from indexer.reasonlist import reasons_version
from indexer.reasons import ReasonFinder
from indexer.records import Determination, Record
from indexer.sources import content_sha256, find_letters, read_letters
from indexer.store.contents import RejectedFile
from indexer.store.kept import KeepingEmbedder, keeping, text_digest
from indexer.store.publish import writer_lock
from indexer.store.shards import FORMAT, ShardHeader, open_shard, shard_files, write_shard

# Called with (stage, done, total) as work goes on; total is fixed within a stage.
Progress = Callable[[str, int, int], None]

_BLOCK_LETTERS = 1024
_CUT = re.compile(r"(\d{1,6})/(\d{1,6})", re.ASCII)


class Cut(Record, frozen=True):
    """Shard `shard` of `of`, counted from 1."""

    shard: int
    of: int

    def holds(self, sha256: str) -> bool:
        """Whether a letter of a content's sha256 (hex; empty for a file that cannot be read) belongs to the shard."""
        return int(sha256[:16] or "0", 16) % self.of == self.shard - 1


class ShardSummary(Record, frozen=True):
    """What a run of `imr embed` did: `letters` of so many `files` are in the shard.

    `made` is False where the shard was there already; why a letter was rejected is then not told again.
    """

    path: str
    shard: int
    of: int
    files: int
    letters: int
    rejected: tuple[RejectedFile, ...]
    texts: int
    embedded: int
    made: bool
    device: str
    seconds: float


def parse_cut(text: str) -> Cut:
    """Read 'k/n'.

    Raises:
        RequestFault: it is not two numbers with 1 <= k <= n.
    """
    found = _CUT.fullmatch(text)
    cut = Cut(shard=int(found[1]), of=int(found[2])) if found else None
    if cut is None or not 1 <= cut.shard <= cut.of:
        raise RequestFault(f"shard '{text}': give k/n with 1 <= k <= n, as 3/10")
    return cut


def embed_shard(
    paths: Sequence[Path],
    cut: Cut,
    out: Path,
    settings: Settings,
    embedder: Embedder,
    progress: Progress,
) -> ShardSummary:
    """Make one shard of the letters under some paths, unless it is there.

    A run that was interrupted is gone on with: its vectors are kept in a folder beside the shards, which goes when the
    shard is written.

    Raises:
        LetterRejected: a path does not exist, or holds no letter file.
        IndexFault: the disk refuses, a finished shard is damaged, or another run makes the same shard.
    """
    started = time.perf_counter()
    letters = _letters(find_letters(paths), cut, progress)
    header = ShardHeader(
        format=FORMAT,
        model=embedder.fingerprint,
        shard=cut.shard,
        of=cut.of,
        letters=0,
        count=0,
        source=_source(letters, settings, embedder.fingerprint),
    )
    work = out / f"shard-{cut.shard:05}-of-{cut.of:05}.part"
    with writer_lock(work):
        done = _finished(out, header)
        if done is None:
            with keeping(embedder, work) as keeper:
                done = _make(out, header, list(letters.values()), settings, keeper, progress)
        shutil.rmtree(work, ignore_errors=True)
    return ShardSummary(
        path=str(done.path),
        shard=cut.shard,
        of=cut.of,
        files=len(letters),
        letters=done.header.letters,
        rejected=done.rejected,
        texts=done.header.count,
        embedded=done.embedded,
        made=done.made,
        device=embedder.device,
        seconds=round(time.perf_counter() - started, 2),
    )


class _Done(NamedTuple):
    path: Path
    header: ShardHeader
    made: bool = False
    rejected: tuple[RejectedFile, ...] = ()
    embedded: int = 0


class _NotingEmbedder(AroundEmbedder):
    """Notes which texts were asked for."""

    def __init__(self, keeper: KeepingEmbedder) -> None:
        super().__init__(keeper)
        self.digests: set[bytes] = set()

    def encode(self, texts: Sequence[str]) -> FloatArray:
        self.digests.update(map(text_digest, texts))
        return super().encode(texts)


def _letters(files: Sequence[Path], cut: Cut, progress: Progress) -> dict[str, Path]:
    """Return the shard's letters by the sha256 of their bytes; of files of the same bytes one."""
    found: dict[str, Path] = {}
    for done, path in enumerate(files, start=1):
        sha256 = content_sha256(path) or ""
        if cut.holds(sha256):
            found.setdefault(sha256, path)
        progress("cutting", done, len(files))
    return dict(sorted(found.items()))


def _source(letters: dict[str, Path], settings: Settings, model: Fingerprint) -> str:
    """Return a digest of what decides which texts a shard holds."""
    how = (
        reader_version(settings.reading.own_layouts),
        reasons_version(),
        _limit(settings, model),
        settings.passages.overlap_sentences,
    )
    return hashlib.sha256(msgspec.json.encode((how, tuple(letters)))).hexdigest()


def _limit(settings: Settings, model: Fingerprint) -> int:
    return min(settings.passages.max_pieces or model.max_pieces, model.max_pieces)


def _finished(out: Path, wanted: ShardHeader) -> _Done | None:
    prefix = f"shard-{wanted.shard:05}-of-{wanted.of:05}-"
    for path in shard_files(out):
        if path.name.startswith(prefix):
            header = open_shard(path).header
            if msgspec.structs.replace(header, letters=0, count=0) == wanted:
                return _Done(path, header)
    return None


def _make(
    out: Path,
    header: ShardHeader,
    files: Sequence[Path],
    settings: Settings,
    keeper: KeepingEmbedder,
    progress: Progress,
) -> _Done:
    noting = _NotingEmbedder(keeper)
    rejected = _embed(files, settings, noting, progress)
    digests = sorted(noting.digests)
    header = msgspec.structs.replace(header, letters=len(files) - len(rejected), count=len(digests))
    path = write_shard(out, header, digests, keeper.made)
    return _Done(path, header, made=True, rejected=rejected, embedded=keeper.embedded)


def _embed(
    files: Sequence[Path], settings: Settings, embedder: _NotingEmbedder, progress: Progress
) -> tuple[RejectedFile, ...]:
    """Read letters and embed their texts, block by block; return what was rejected."""
    rejected: list[RejectedFile] = []
    done = 0
    progress("embedding", done, len(files))
    for start in range(0, len(files), _BLOCK_LETTERS):
        letters: list[Determination] = []
        for result in read_letters(files[start : start + _BLOCK_LETTERS], settings.reading):
            if result.determination is None:
                rejected.append(RejectedFile(path=result.path, sha256=result.sha256, reason=result.reason or ""))
            else:
                letters.append(result.determination)
        _embed_letters(letters, settings, embedder)
        done = min(start + _BLOCK_LETTERS, len(files))
        progress("embedding", done, len(files))
    return tuple(rejected)


def _embed_letters(letters: Sequence[Determination], settings: Settings, embedder: _NotingEmbedder) -> None:
    limit = _limit(settings, embedder.fingerprint)
    embedder.encode(
        [
            passage.embedded
            for letter in letters
            for passage in passages_of(letter, embedder.count, limit, settings.passages.overlap_sentences)
        ]
    )
    ReasonFinder(embedder).reasons_of_all([item for letter in letters for item in letter.items])
