"""`imr search TEXT|-`."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from imr.options import (
    STANDARD_INPUT,
    filter_options,
    filters_from,
    index_option,
    json_option,
    read_text,
    settings_from,
)

if TYPE_CHECKING:
    from service.records import Matched, Precedent, SearchAnswer

_QUOTE_WIDTH = 300


@click.command("search", help="Find decided items like a request: TEXT, or - for standard input.")
@click.argument("text")
@filter_options
@click.option(
    "--limit",
    type=click.IntRange(1, 100),
    default=10,
    show_default=True,
    help="Results for each item asked for.",
)
@index_option
@json_option
@click.pass_context
def command(
    ctx: click.Context, /, text: str, limit: int, index_dir: Path | None, *, as_json: bool, **chosen: object
) -> None:
    """Search."""
    settings = settings_from(ctx, index_dir)
    filters = filters_from(chosen)
    request = read_text(text) if text == STANDARD_INPUT else text
    from service.precedents import open_service

    with closing(open_service(settings)) as service:
        answer = service.search(request, filters, limit)
    if as_json:
        click.echo(msgspec.json.encode(answer).decode())
    else:
        _show(answer)


def _show(answer: "SearchAnswer") -> None:
    if not answer.index.calibrated:
        click.echo(f"coverage is not calibrated for model {answer.index.model}: words and vocabulary alone judge it")
    for number, asked in enumerate(answer.requests):
        known = ", ".join(treatment.concept for treatment in asked.treatments) or "no known treatment"
        click.echo(f"asked for: {' '.join(asked.text.split())}")
        click.echo(
            f"           {known}; {', '.join(asked.body_regions) or 'no body region'}; coverage: {asked.coverage}"
        )
        mine = [result for result in answer.results if result.request == number]
        if asked.coverage == "none":
            click.echo(f"           nothing in the index is close to this{'; the nearest are:' if mine else ''}")
        for result in mine:
            _show_one(result)
        click.echo()


def _show_one(result: "Precedent") -> None:
    folded = f" (+{len(result.duplicates)} with the same rationale)" if result.duplicates else ""
    if result.dependents:
        folded += f" (+{len(result.dependents)} that depend on it)"
    click.echo(f"{result.rank:3}. {result.outcome.upper():10}  {result.title}{folded}")
    click.echo(f"     {result.cite_as}   [{result.determination_id}]")
    quote = " ".join((result.deciding or result.passages[0]).text.split())
    click.echo(f'     "{quote[:_QUOTE_WIDTH]}{"..." if len(quote) > _QUOTE_WIDTH else ""}"')
    if reasons := _because(result.matched):
        click.echo(f"     because: {reasons}")


def _because(why: "Matched") -> str:
    """Say shortly why an item is among the results; nothing where it shares nothing that can be named."""
    same = [*why.concepts, *([why.category] if why.category else []), *why.body_regions, *why.laterality]
    parts = [", ".join(same), f"words: {', '.join(why.terms)}" if why.terms else ""]
    parts += [f'"{phrase}"' for phrase in why.phrases]
    return "; ".join(part for part in parts if part)
