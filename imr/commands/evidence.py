"""`imr evidence [FILE|-]`."""

import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec
from click.core import ParameterSource

from config.errors import RequestFault
from config.settings import Settings
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
@click.option(
    "--check",
    "draft",
    metavar="FILE",
    help="Instead verify the drafted text in FILE, with [n] markers, against an evidence pack; exit 2 if it fails.",
)
@click.option("--pack", metavar="FILE", help="The pack for --check, as JSON; else [FILE|-] is it.")
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
    """Assemble evidence, or check a draft that was made from some."""
    settings = settings_from(ctx, index_dir)
    draft, pack = chosen.pop("draft"), chosen.pop("pack")
    if isinstance(draft, str):
        if form == "docx":
            raise RequestFault("--check reports as markdown or json")
        if any(chosen.values()) or max_tokens is not None or encoding is not None:
            raise RequestFault("--check takes no filters and no budget: the pack says what may be cited")
        named = ctx.get_parameter_source("source") is not ParameterSource.DEFAULT
        _check(draft, pack if isinstance(pack, str) else source if named else None, settings, form, out)
        return
    if pack is not None:
        raise RequestFault("--pack goes with --check")
    if form == "docx" and out is None and sys.stdout.isatty():
        raise RequestFault("a Word document is no text for a terminal: name a file with --out")
    filters = filters_from(chosen)
    request = read_text(source)
    from service.precedents import open_service

    with closing(open_service(settings)) as service:
        found = service.evidence(
            request,
            filters,
            max_tokens=max_tokens,
            encoding=encoding,
            position="deny" if position == "deny" else "grant",
        )
    _write(_rendered(found, form), out)


def _check(draft: str, pack: str | None, settings: Settings, form: str, out: Path | None) -> None:
    from imr.checking import complaint, report_on
    from service.check.report import as_text

    report = report_on(draft, pack, settings)
    as_json = form == "json"
    written = msgspec.json.format(msgspec.json.encode(report), indent=2) if as_json else as_text(report).encode()
    _write(written + b"\n", out)
    if not report.supported:
        raise RequestFault(complaint(report))


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
