"""`imr index PATH...`."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from config.errors import LetterRejected
from imr.options import index_option, json_option, settings_from
from imr.progress import Bars
from imr.verifying import place_of, show_verification

if TYPE_CHECKING:
    from config.settings import Settings
    from indexer.build import BuildSummary
    from indexer.embed import Embedder

_SHOWN = 50


@click.command("index", help="Read letters (files, and folders recursively; .pdf .txt) and publish the index.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@index_option
@json_option
@click.option("--strict", is_flag=True, help="Exit 2 when a letter is rejected.")
@click.option("--prune", is_flag=True, help="Remove the letters whose files are gone under the paths.")
@click.option("--verify", is_flag=True, help="Only check the index, every byte; exit 2 if damaged.")
@click.option(
    "--no-join",
    "unjoined",
    is_flag=True,
    help="Only publish; joining large segments, which may take minutes after that, is left to a later run.",
)
@click.option(
    "--from-shards",
    "shards",
    type=click.Path(path_type=Path),
    help="Folder of `imr embed`: vectors are taken from its shards, only what they lack is embedded.",
)
@click.pass_context
def command(
    ctx: click.Context,
    paths: tuple[Path, ...],
    index_dir: Path | None,
    *,
    as_json: bool,
    strict: bool,
    prune: bool,
    verify: bool,
    unjoined: bool,
    shards: Path | None,
) -> None:
    """Bring the index up to date, or check it."""
    if verify and (paths or strict or prune or unjoined or shards):
        raise click.UsageError(
            "--verify checks the index as it is: no PATHS and no other option but --index beside it."
        )
    if not paths and not verify:
        raise click.UsageError("Missing argument 'PATHS...'.")
    settings = settings_from(ctx, index_dir)
    if verify:
        show_verification(settings, as_json=as_json)
        return
    from indexer.build import build_index
    from indexer.sources import find_letters

    find_letters(paths, may_be_gone=prune)  # a mistyped path is told before the model takes its seconds to load
    embedder, used, missing = _embedder(settings, shards)
    bars = Bars()
    try:
        summary = build_index(paths, settings, embedder, _progress(bars), prune=prune, join=not unjoined)
    finally:
        bars.close()
    told = {"device": embedder.device, "from_shards": used(), "missing_shards": missing}
    if as_json:
        import msgspec

        click.echo(msgspec.json.encode(msgspec.to_builtins(summary) | told).decode())
    else:
        _show(summary, place_of(settings))
        click.echo(f"device {embedder.device}" + (f"; {used()} vectors taken from shards" if shards else ""))
        if missing:
            named = ", ".join(missing[:_SHOWN]) + (" ..." if len(missing) > _SHOWN else "")
            click.echo(f"warning: {len(missing)} shards are not in {shards}: {named}")
    if strict and summary.rejected:
        raise LetterRejected(f"{len(summary.rejected)} letters rejected")
    if not summary.letters and not prune:
        raise LetterRejected(
            "no letter could be read: " + "; ".join(f"{f.path}: {f.reason}" for f in summary.rejected[:3])
        )


def _embedder(settings: "Settings", shards: Path | None) -> tuple["Embedder", Callable[[], int], tuple[str, ...]]:
    """Return the embedder of a run, what tells how many vectors came from shards, and which shards are not there."""
    from indexer.embed import load_embedder

    embedder = load_embedder(settings.model)
    if shards is None:
        return embedder, lambda: 0, ()
    from indexer.store.shards import ShardEmbedder, ShardVectors, missing_shards, open_shards

    opened = open_shards(shards, embedder.fingerprint)
    sharded = ShardEmbedder(embedder, ShardVectors(opened))
    return sharded, lambda: sharded.used, missing_shards(opened)


def _progress(bars: Bars) -> Callable[[str, int, int], None]:
    """Return what shows how far a run is: bars, and a line when segments are joined."""

    def told(stage: str, done: int, total: int) -> None:
        if stage != "joining":
            bars(stage, done, total)
            return
        bars.close()
        click.echo(
            f"published; now joining segments of {total} letters, minutes at millions: searches find the new letters",
            err=True,
        )

    return told


def _show(summary: "BuildSummary", place: str) -> None:
    click.echo(f"index {place}, generation {summary.generation}")
    click.echo(
        f"letters: {summary.read} read, {summary.unchanged} unchanged, {summary.replaced} replaced, "
        f"{len(summary.rejected)} rejected, {summary.removed} removed"
    )
    click.echo(
        f"holds {summary.letters} letters, {summary.items} disputed items, {summary.passages} passages "
        f"({summary.embedded} embedded) in {summary.seconds:.1f} seconds"
    )
    if summary.joining_seconds:
        click.echo(f"joined segments in {summary.joining_seconds:.1f} seconds more")
    for file in summary.rejected[:_SHOWN]:
        click.echo(f"rejected: {file.path}: {file.reason}")
    if len(summary.rejected) > _SHOWN:
        click.echo(f"rejected: {len(summary.rejected) - _SHOWN} more, see `imr status`")
    for warning in summary.warnings[:_SHOWN]:
        click.echo(f"warning: {warning}")
