"""`imr demo`: the project's own sample letters, indexed and served."""

import json
import os
from pathlib import Path

import click

from imr.options import settings_from
from imr.progress import Bars

_REQUEST = "Ultram 50mg #60 for chronic low back pain"


def _default_folder() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "imr-demo"


@click.command("demo", help="Index the project's own sample letters (once) and serve them on loopback.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where letters and index go; else the user's cache.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port; else the setting.")
@click.option("--no-serve", is_flag=True, help="Stop once the index is published.")
@click.pass_context
def command(ctx: click.Context, folder: Path | None, port: int | None, *, no_serve: bool) -> None:
    """Make the demo and serve it."""
    place = folder or _default_folder()
    settings = settings_from(ctx, place / "index", {"server": {"port": port}})
    from eval.letters.publish import write_letters
    from indexer.build import build_index
    from indexer.embed import load_embedder

    letters = place / "letters"
    write_letters(letters)
    bars = Bars()
    try:
        summary = build_index([letters], settings, load_embedder(settings.model), bars)
    finally:
        bars.close()
    click.echo(f"sample index: {summary.letters} letters, {summary.items} disputed items in {settings.index.dir}")
    if no_serve:
        return
    from service.web.serve import run

    run(settings, _show_first_request)


def _show_first_request(address: str) -> None:
    click.echo(f"serving on {address} once the model is loaded; open it in a browser, or try:")
    body = json.dumps({"text": _REQUEST, "limit": 3})
    click.echo(f"  curl -s {address}/api/search -H 'content-type: application/json' -d '{body}'")
