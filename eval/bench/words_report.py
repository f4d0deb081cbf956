"""What `eval.bench.words` found, and its table."""

from indexer.records import Record

LIMIT = 200


class Asked(Record, frozen=True):
    """Searches of one kind: titles or pages, among which slots, by stems or plain words."""

    texts: str
    allowed: str
    stemmed: bool


class Timing(Record, frozen=True):
    """What searches took, p50 and p95 in milliseconds of this thread's processor and of the clock; items they found."""

    asked: Asked
    queries: int
    found: float
    cpu: tuple[float, float]
    clock: tuple[float, float]


class Growth(Record, frozen=True):
    """What one publication cost: items added and deleted, seconds, and the files of the new index."""

    added: int
    dead: int
    seconds: float
    files: int
    linked: int
    bytes_written: int


class Drift(Record, frozen=True):
    """How scores differ from those of an index written anew, where a share of the items is deleted but not merged away.

    `score` is the median of the relative difference; `first_ten` and `first_200` how many of the first are the same.
    """

    dropped: float
    score: float
    first_ten: float
    first_200: float


class Report(Record, frozen=True):
    """All figures of one size."""

    size: int
    bytes: int
    seconds_to_write: float | None
    searches: tuple[Timing, ...]
    growth: Growth
    drift: tuple[Drift, ...]


def markdown(report: Report) -> str:
    """Return the figures as tables."""
    lines = [
        f"# Lexical index, {report.size:,} items, {report.bytes / 1e6:,.0f} MB",
        "",
        f"Searches for {LIMIT} items, milliseconds of one thread.",
        "",
        "| texts | words | allowed | found | CPU p50 | CPU p95 | clock p50 | clock p95 |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {one.asked.texts} | {'stems' if one.asked.stemmed else 'plain'} | {one.asked.allowed} | {one.found:.0f} | "
        + " | ".join(f"{time:.1f}" for time in (*one.cpu, *one.clock))
        + " |"
        for one in report.searches
    ]
    one = report.growth
    lines += [
        "",
        f"{one.added:,} items added and {one.dead:,} deleted in {one.seconds:.2f} s, {one.bytes_written / 1e6:.1f} MB",
        f"written: {one.files} files, {one.linked} of them links.",
        "",
        "| deleted, not merged | score moves | first 10 same | first 200 same |",
        "| --- | --- | --- | --- |",
    ]
    lines += [
        f"| {one.dropped:.0%} | {one.score:.3%} | {one.first_ten:.3f} | {one.first_200:.3f} |" for one in report.drift
    ]
    return "\n".join(lines) + "\n"
