"""The report as one HTML file that needs nothing else; every foreign text is shown as text, whatever stands in it."""

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from probandum.agent.models import ClaimResult, Quote
from probandum.agent.report import Report
from probandum.agent.taxonomy import Label
from probandum.report.markdown import percent
from probandum.report.segments import MarkedSpan, Segment, correction, segments

WORST_FIRST = (
    Label.CONTRADICTED,
    Label.PARTIALLY_SUPPORTED,
    Label.ABSENT,
    Label.UNEVALUATABLE,
    Label.SUPPORTED,
)
_AROUND = 80
"""Characters of an evidence item that are shown on either side of a quote."""
_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def as_html(report: Report) -> str:
    """The report as one page: no network, readable without JavaScript, under a policy that runs nothing but its own."""
    style, script = part("report.css"), part("report.js")
    evidence = {item.id: item for item in report.evidence}
    page: str = (
        environment()
        .get_template("page.html.j2")
        .render(
            report=report,
            evidence=evidence,
            names={claim.id: place for place, claim in enumerate(report.claims, start=1)},
            response=list(marked_response(report)),
            marks_of=lambda id_: segments(evidence[id_].text, _quoted(report.claims, id_)),
            around=lambda quote: list(_around(evidence[quote.evidence_id].text, quote)),
            corrected=list(correction(report)),
            labels=WORST_FIRST,
            kind=kind_of,
            style=Markup(style),  # noqa: S704 - our own file
            script=Markup(script),  # noqa: S704 - our own file
            style_hash=policy_hash(style),
            script_hash=policy_hash(script),
        )
    )
    return page


def marked_response(report: Report) -> Iterator[tuple[str, tuple[ClaimResult, ...]]]:
    """The response in pieces that join to it, each with the claims that stand on it, the worst first."""
    claims = {claim.id: claim for claim in sorted(report.claims, key=_badness)}
    stretches = [MarkedSpan(c.span.start, c.span.end, c.id) for c in claims.values() if c.span]
    for piece in segments(report.response, stretches):
        yield piece.text, tuple(claims[id_] for id_ in piece.marks)


def kind_of(claim: ClaimResult) -> str:
    """The label of a judged claim, else its outcome; also the name of its style."""
    return claim.verdict.label.value if claim.verdict else claim.outcome.value


def shown(text: object) -> Markup:
    """Text of unknown making as HTML that reads as that text; what is invisible in it is made visible by the style."""
    return Markup("").join(_pieces(str(text)))


def _pieces(text: str) -> Iterator[Markup]:
    place = 0
    for found in _HIDDEN.finditer(text):
        yield _plain(text[place : found.start()])
        yield _hidden(found.group())
        place = found.end()
    yield _plain(text[place:])


def _plain(text: str) -> Markup:
    # A bare carriage return would reach the reader as a line feed.
    return Markup(str(escape(text)).replace("\r", "&#13;"))  # noqa: S704 - escaped just here


def _hidden(character: str) -> Markup:
    # HTML has no way to write the null character: its picture stands for it.
    written = "\u2400" if character == "\x00" else character
    return Markup('<bdi class="hidden" data-code="U+{:04X}">{}</bdi>').format(ord(character), written)


def _badness(claim: ClaimResult) -> int:
    return WORST_FIRST.index(claim.verdict.label) if claim.verdict else len(WORST_FIRST)


def _quoted(claims: Iterable[ClaimResult], evidence_id: str) -> list[MarkedSpan]:
    quotes = (quote for claim in claims if claim.verdict for quote in claim.verdict.quotes)
    return [MarkedSpan(quote.start, quote.end, "quote") for quote in quotes if quote.evidence_id == evidence_id]


def _around(text: str, quote: Quote) -> Iterator[Segment]:
    start, end = max(0, quote.start - _AROUND), min(len(text), quote.end + _AROUND)
    if start:
        yield Segment("… ", ())
    yield from segments(text[start:end], [MarkedSpan(quote.start - start, quote.end - start, "quote")])
    if end < len(text):
        yield Segment(" …", ())


def policy_hash(text: str) -> str:
    """What a content security policy knows a style or script of the page by."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def part(name: str) -> str:
    """A style or script of ours, as it stands in its file."""
    return files("probandum.report").joinpath("html", name).read_text(encoding="utf-8")


@cache
def environment() -> Environment:
    """The templates of all pages, which escape what they show."""
    environment = Environment(
        loader=PackageLoader("probandum.report", "html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: Mapping[str, object] = {
        "shown": shown,
        "percent": percent,
        "words": lambda name: str(name).replace("_", " "),
    }
    environment.filters |= filters
    return environment
