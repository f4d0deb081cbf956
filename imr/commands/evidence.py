"""`imr evidence [FILE|-]`."""

import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from config.errors import RequestFault
from imr.options import filter_options, filters_from, index_option, read_text, settings_from

if TYPE_CHECKING:
    from service.records import EvidencePack


@click.command("evidence", help="Assemble cited evidence for the request in FILE, or - for standard input.")
@click.argument("source", default="-", metavar="[FILE|-]")
@filter_options
@click.option("--max-tokens", type=int, help="Budget in tokens; else the setting.")
@click.option("--encoding", help="tiktoken encoding that counts the budget; else the setting.")
@click.option("--position", type=click.Choice(["grant", "deny"]), default="grant", show_default=True)
@click.option(
    "--format", "form", type=click.Choice(["json", "markdown", "docx"]), default="markdown", show_default=True
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write to a file instead of standard output.",
)
@index_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    source: str,
    max_tokens: int | None,
    encoding: str | None,
    position: str,
    form: str,
    out: Path | None,
    index_dir: Path | None,
    **chosen: object,
) -> None:
    """Assemble evidence."""
    if form == "docx" and out is None and sys.stdout.isatty():
        raise RequestFault("a Word document is no text for a terminal: name a file with --out")
    settings = settings_from(ctx, index_dir)
    filters = filters_from(chosen)
    request = read_text(source)
    from service.precedents import open_service

    with closing(open_service(settings)) as service:
        pack = service.evidence(
            request,
            filters,
            max_tokens=max_tokens,
            encoding=encoding,
            position="deny" if position == "deny" else "grant",
        )
    _write(_rendered(pack, form), out)


def _rendered(pack: "EvidencePack", form: str) -> bytes:
    if form == "docx":
        from service.word import as_docx

        return as_docx(pack)
    if form == "json":
        return msgspec.json.format(msgspec.json.encode(pack), indent=2) + b"\n"
    from service.markdown import as_markdown

    return as_markdown(pack).encode() + b"\n"


def _write(written: bytes, out: Path | None) -> None:
    if out is None:
        click.echo(written, nl=False)
        return
    try:
        out.write_bytes(written)
    except OSError as error:
        raise RequestFault(f"{out}: {error.strerror}") from None
