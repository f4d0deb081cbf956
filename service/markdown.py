"""An evidence pack as Markdown, to read or to paste."""

import re

from service.cite import attribution
from service.records import EvidencePack, Outcomes, Quote, RequestEvidence

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~&])")
# What begins a list, a rule or an underlined heading where it opens a line ('1.', '-', '===').
_OPENING = re.compile(r"^(\d{0,9})([-+=.)])")


def as_markdown(pack: EvidencePack) -> str:
    """Write a pack as Markdown: each requested item with both sides, each quote with its citation."""
    parts = ["# Precedent: Independent Medical Review determinations", f"*{pack.notice}*"]
    for request in pack.requests:
        parts.extend(_request(request))
    left = f"; {pack.omitted} more quotes did not fit" if pack.omitted else ""
    count = len(pack.citations)
    parts.append(f"{count} quote{'' if count == 1 else 's'}, {pack.tokens} tokens{left}.")
    return "\n\n".join(parts)


def _request(request: RequestEvidence) -> list[str]:
    parts = [f"## {_escaped(request.text)}", f"Coverage: {request.coverage}. {_outcomes(request.outcomes)}"]
    if request.coverage == "none":
        return [*parts, "Nothing in the index is close to this request, so nothing is quoted."]
    for name, quotes in (("Supporting", request.supporting), ("Contrary", request.contrary)):
        parts.append(f"### {name}")
        parts.extend(_quote(quote) for quote in quotes)
        if not quotes:
            parts.append("None found within the budget.")
    return parts


def _outcomes(outcomes: Outcomes) -> str:
    if outcomes.cohort is None:
        return "No cohort: the treatment is not known."
    place = f", {outcomes.cohort.body_region}" if outcomes.cohort.body_region else ""
    counted = (
        f"The record for {outcomes.cohort.treatment}{place} ({outcomes.cohort.level}): {outcomes.overturned} of "
        f"{outcomes.n} decisions overturned, from {outcomes.letters} letters"
    )
    if outcomes.overturn_rate is None or outcomes.interval is None:
        return f"{counted}; too few for a rate."
    low, high = outcomes.interval
    base = "" if outcomes.base_rate is None else f"; all indexed decisions: {outcomes.base_rate:.1%}"
    return f"{counted}: {outcomes.overturn_rate:.1%} (95% interval {low:.1%} to {high:.1%}{base}). Not a prediction."


def _quote(quote: Quote) -> str:
    same = f" (and {len(quote.duplicates)} with the same rationale)" if quote.duplicates else ""
    body = "\n".join(f"> {_escaped(line)}" for line in quote.quote.splitlines())
    return f"{body}\n>\n> \u2014 [{quote.marker}] {attribution(quote)}{same}"


def _escaped(text: str) -> str:
    return _OPENING.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", " ".join(text.split())))
