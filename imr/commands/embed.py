"""`imr embed PATH... --shard k/n --out DIR`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from config.errors import Fault
from imr.options import json_option, settings_from
from imr.progress import Bars

if TYPE_CHECKING:
    from indexer.sharding import Cut, ShardSummary

_SHOWN = 50


def _cut(_ctx: click.Context, _parameter: click.Parameter, value: str) -> "Cut":
    from indexer.sharding import parse_cut

    try:
        return parse_cut(value)
    except Fault as fault:
        raise click.BadParameter(str(fault)) from None


@click.command(
    "embed",
    help="Embed one shard of the letters, for `imr index --from-shards`. Letters are cut by their bytes: every machine "
    "with the same letters cuts the same way. A finished shard is not made again, an interrupted one gone on with.",
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--shard", "cut", required=True, metavar="K/N", callback=_cut, help="Which shard of how many: 3/10.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder for the shard files.")
@json_option
@click.pass_context
def command(ctx: click.Context, paths: tuple[Path, ...], cut: "Cut", out: Path, *, as_json: bool) -> None:
    """Make one shard."""
    settings = settings_from(ctx)
    from indexer.embed import load_embedder
    from indexer.sharding import embed_shard
    from indexer.sources import find_letters

    find_letters(paths)  # a mistyped path is told before the model takes its seconds to load
    bars = Bars({"embedding": "letter"})
    try:
        summary = embed_shard(paths, cut, out, settings, load_embedder(settings.model), bars)
    finally:
        bars.close()
    if as_json:
        import msgspec

        click.echo(msgspec.json.encode(summary).decode())
    else:
        _show(summary)


def _show(summary: "ShardSummary") -> None:
    click.echo(f"shard {summary.shard} of {summary.of}: {summary.path}{'' if summary.made else ' (was there)'}")
    click.echo(
        f"{summary.letters} of {summary.files} letters could be read; {summary.texts} texts "
        f"({summary.embedded} embedded on {summary.device}) in {summary.seconds:.1f} seconds"
    )
    for file in summary.rejected[:_SHOWN]:
        click.echo(f"rejected: {file.path}: {file.reason}")
    if len(summary.rejected) > _SHOWN:
        click.echo(f"rejected: {len(summary.rejected) - _SHOWN} more")
