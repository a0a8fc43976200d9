"""The summary of a batch as a page, as Markdown and as JSON; how they look is in the templates of the reports."""

import os
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from probandum.batch.summary.models import Rate, Summary
from probandum.report.files import write_texts
from probandum.report.html import WORST_FIRST, environment, part, policy_hash
from probandum.report.markdown import percent, plain

FILES = ("summary.html", "summary.md", "summary.json")


def write_summary(summed: Summary, folder: Path, *, reports: Path | None = None) -> None:
    """Write the summary in every form; with a folder of whole reports its answers lead to theirs.

    Raises `InputError` where the folder cannot be written to.
    """
    html, markdown, json = FILES
    texts = {
        html: as_html(summed, links=_links(summed, folder, reports)),
        markdown: as_markdown(summed),
        json: summed.model_dump_json(indent=2) + "\n",
    }
    write_texts(texts, folder)


def as_html(summed: Summary, *, links: Mapping[str, str] | None = None) -> str:
    """The summary as one page without network or script; ``links`` has the addresses of whole reports by audit id."""
    style = part("report.css") + part("summary.css")
    page: str = (
        environment()
        .get_template("summary.html.j2")
        .render(
            s=summed,
            f=summed.figures,
            links=links or {},
            labels=WORST_FIRST,
            exactly=exactly,
            between=partial(_between, "–"),
            style=Markup(style),  # noqa: S704 - our own file
            style_hash=policy_hash(style),
        )
    )
    return page


def as_markdown(summed: Summary) -> str:
    """The summary for people to read in a terminal or a pull request."""
    text: str = (
        _markdown()
        .get_template("summary.md.j2")
        .render(s=summed, f=summed.figures, labels=WORST_FIRST, exactly=exactly, between=partial(_between, " to "))
    )
    return text.rstrip() + "\n"


def exactly(share: float | None) -> str:
    """A share with a digit after the point, since whole batches are compared; a dash where there is none."""
    return "–" if share is None else f"{share:.1%}"


def _between(sign: str, rate: Rate) -> str:
    within = rate.interval
    return f"{100 * within.low:.1f}{sign}{100 * within.high:.1f}%" if within else "–"


def _links(summed: Summary, folder: Path, reports: Path | None) -> dict[str, str]:
    """The addresses, from where the page lies, of those reports that are there."""
    if reports is None:
        return {}
    files = {worst.audit_id: reports / f"{worst.audit_id}.html" for worst in summed.worst}
    here = folder.resolve()
    return {id_: Path(os.path.relpath(file.resolve(), here)).as_posix() for id_, file in files.items() if file.exists()}


@cache
def _markdown() -> Environment:
    made = Environment(
        loader=PackageLoader("probandum.report", "."),
        autoescape=False,  # noqa: S701 - Markdown, not HTML: every foreign text goes through `plain`
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"plain": plain, "percent": percent, "words": lambda name: str(name).replace("_", " ")}
    return made
