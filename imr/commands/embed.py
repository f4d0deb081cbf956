"""`imr embed PATH... --shard k/n --out DIR`, and all shards at once with `--shards N --ray ADDRESS`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from config.errors import Fault, IndexFault
from config.settings import Settings
from imr.options import json_option, settings_from
from imr.progress import Bars

if TYPE_CHECKING:
    from indexer.bulk.schedule import BulkSummary
    from indexer.sharding import Cut, ShardSummary

_SHOWN = 50


def _cut(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> "Cut | None":
    if value is None:
        return None
    from indexer.sharding import parse_cut

    try:
        return parse_cut(value)
    except Fault as fault:
        raise click.BadParameter(str(fault)) from None


@click.command(
    "embed",
    help="Embed one shard of the letters, for `imr index --from-shards`; or all of them on the machines of a Ray "
    "cluster. Letters are cut by their bytes: every machine with the same letters cuts the same way. A finished shard "
    "is not made again, an interrupted one gone on with.",
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--shard", "cut", metavar="K/N", callback=_cut, help="Make one shard: which of how many, 3/10.")
@click.option("--shards", type=click.IntRange(1, 999_999), help="Make all of so many shards; needs --ray.")
@click.option(
    "--ray",
    "address",
    metavar="ADDRESS",
    help="Where Ray is: HOST:PORT of the cluster's head, auto (the cluster of this machine), or local (start one "
    "here, on loopback). Letters and --out must be shared by all machines.",
)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder for the shard files.")
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    paths: tuple[Path, ...],
    cut: "Cut | None",
    shards: int | None,
    address: str | None,
    out: Path,
    *,
    as_json: bool,
) -> None:
    """Make one shard, or all."""
    if (shards is None) != (address is None):
        raise click.UsageError("--shards N and --ray ADDRESS go together")
    if (cut is None) == (shards is None):
        raise click.UsageError("give --shard K/N, or --shards N with --ray ADDRESS")
    settings = settings_from(ctx)
    if cut is not None:
        _show_one(_embed_one(paths, cut, out, settings), as_json=as_json)
    elif shards is not None and address is not None:
        _show_all(_embed_all(paths, shards, out, settings, address), as_json=as_json)


def _embed_one(paths: Sequence[Path], cut: "Cut", out: Path, settings: Settings) -> "ShardSummary":
    from indexer.embed import load_embedder
    from indexer.sharding import embed_shard
    from indexer.sources import find_letters

    find_letters(paths)  # a mistyped path is told before the model takes its seconds to load
    bars = Bars({"embedding": "letter"})
    try:
        return embed_shard(paths, cut, out, settings, load_embedder(settings.model), bars)
    finally:
        bars.close()


def _embed_all(paths: Sequence[Path], shards: int, out: Path, settings: Settings, address: str) -> "BulkSummary":
    from indexer.bulk.launch import embed_all

    bars = Bars({"embedding": "shard"})
    try:
        return embed_all(
            paths,
            shards,
            out,
            settings,
            address,
            lambda done, of: bars("embedding", done, of),
            lambda line: click.echo(line, err=True),
        )
    finally:
        bars.close()


def _show_one(summary: "ShardSummary", *, as_json: bool) -> None:
    if as_json:
        import msgspec

        click.echo(msgspec.json.encode(summary).decode())
        return
    _show(summary)
    _show_rejected([summary])


def _show_all(summary: "BulkSummary", *, as_json: bool) -> None:
    if as_json:
        import msgspec

        click.echo(msgspec.json.encode(summary).decode())
    else:
        for shard in summary.shards:
            _show(shard)
        _show_rejected(summary.shards)
        click.echo(f"{len(summary.shards)} shards in {summary.seconds:.1f} seconds; {summary.lost} workers lost")
    if summary.failed:
        names = ", ".join(f"{failed.shard}/{failed.of}" for failed in summary.failed[:_SHOWN])
        raise IndexFault(f"{len(summary.failed)} shards could not be made: {names}; the same command makes them")


def _show(summary: "ShardSummary") -> None:
    click.echo(f"shard {summary.shard} of {summary.of}: {summary.path}{'' if summary.made else ' (was there)'}")
    click.echo(
        f"{summary.letters} of {summary.files} letters could be read; {summary.texts} texts "
        f"({summary.embedded} embedded on {summary.device}) in {summary.seconds:.1f} seconds"
    )


def _show_rejected(summaries: "Sequence[ShardSummary]") -> None:
    rejected = [file for summary in summaries for file in summary.rejected]
    for file in rejected[:_SHOWN]:
        click.echo(f"rejected: {file.path}: {file.reason}")
    if len(rejected) > _SHOWN:
        click.echo(f"rejected: {len(rejected) - _SHOWN} more")
