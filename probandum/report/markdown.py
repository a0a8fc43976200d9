"""The report as Markdown; every text that is not ours is escaped, so that it shows as the text it is."""

import re
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from probandum.agent.report import Report
from probandum.report.segments import correction

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!$&])")


def as_markdown(report: Report) -> str:
    """The report for people to read: scores first, then claim by claim with quotes, then what was not checked."""
    sources = {item.id: item for item in report.evidence}
    text: str = _template().render(report=report, evidence=sources, corrected=list(correction(report)))
    return text.rstrip() + "\n"


def plain(text: object) -> str:
    """Text of unknown making on one line, with everything escaped that Markdown or HTML would act on."""
    return _SPECIAL.sub(r"\\\1", " ".join(str(text).split())).replace("\\<", "&lt;").replace("\\>", "&gt;")


def block(text: str) -> str:
    """The same over several lines, each of which stays a line of its own."""
    lines = text.split("\n")
    return "  \n".join((" " if x[:1] == " " else "") + plain(x) + (" " if x[-1:] == " " else "") for x in lines)


def percent(share: float | None) -> str:
    """A share as a whole percentage, and a dash where there is none."""
    return "–" if share is None else f"{share:.0%}"


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("probandum.report", "."),
        autoescape=False,  # noqa: S701 - Markdown, not HTML: every foreign text goes through `plain`
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"plain": plain, "block": block, "percent": percent}
    return environment.get_template("report.md.j2")
