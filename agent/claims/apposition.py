"""Takes apart what is said of a subject beside the predicate: "Ana Ruiz (born 1931), a painter, lives in Leith".

What is told of a thing that happens once is taken apart, too: "born on 3 May 1931 in Leith" says when, and says where.
Of what may happen twice, day and place belong together.
"""

import re
from collections.abc import Iterator

from probandum.agent.claims.enumeration import Item
from probandum.agent.claims.splitting import opens_with_verb
from probandum.agent.language.dates import dates

_EVENT = r"(?:born|died|founded|established|incorporated|abolished|dissolved|baptised|baptized)"
_APPOSED = re.compile(rf"\s\((?:(?:(?!{_EVENT})[^()]){{0,60}};\s)?(?P<told>{_EVENT}\s[^()]{{2,80}})\)", re.IGNORECASE)
_BEHIND = re.compile(
    r"(?P<subject>[^,;:()]{2,60}?)\s(?P<is>is|was)\s(?P<what>an?\s[^,;:()]{2,80}?)\s(?P<told>born\s.{2,120})"
)
_BETWEEN_COMMAS = re.compile(
    r"(?P<subject>[A-Z][^,;:()]{1,60}),\s(?P<what>an?\s[^,;:()]{2,80}),\s(?P<rest>[^,;:()]{2,}.*)", re.DOTALL
)
_WHO = re.compile(
    r"(?!(?:there|it|this|that)\b)(?P<subject>[^,;:()]{2,60}?)\s(?P<is>is|was)\s(?P<what>an?\s[^;:()]{2,80}?)"
    r",?\s(?:who|that)\s(?P<told>\w.{2,})",
    re.DOTALL | re.IGNORECASE,
)
_PAST = re.compile(r"(?:was|were|had|died|\w+ed)\b", re.IGNORECASE)
_WHEN_AND_WHERE = re.compile(
    rf"(?P<lead>.{{1,120}}?\b{_EVENT})\s(?P<one>(?:on|in|at)\s.{{2,60}}?),?\s(?P<other>(?:on|in|at)\s.{{2,60}})",
    re.IGNORECASE,
)


def split_apposition(clause: str) -> tuple[Item, ...]:
    """The statements of a clause, of its subject's appositions first; the clause alone where it has none."""
    return tuple(part for first in _apposed(clause) for part in _when_and_where(first))


def _apposed(clause: str) -> Iterator[Item]:
    if (match := _APPOSED.search(clause)) and 0 < match.start() <= len(clause) // 2:
        subject = clause[: match.start()]
        told = match["told"] if match["told"].lower().startswith("died") else f"was {match['told']}"
        yield Item(f"{subject} {told}", 0, match.end())
        yield Item(subject + clause[match.end() :], match.end(), len(clause))
    elif match := _BEHIND.fullmatch(clause):
        yield Item(f"{match['subject']} {match['is']} {match['what']}", 0, match.end("what"))
        yield Item(f"{match['subject']} was {match['told']}", match.start("told"), len(clause))
    elif (match := _WHO.fullmatch(clause)) and opens_with_verb(match["told"]):
        yield Item(f"{match['subject']} {match['is']} {match['what']}", 0, match.end("what"))
        yield Item(f"{match['subject']} {match['told']}", match.start("told"), len(clause))
    elif (match := _BETWEEN_COMMAS.fullmatch(clause)) and opens_with_verb(match["rest"]):
        verb = "was" if _PAST.match(match["rest"]) else "is"
        yield Item(f"{match['subject']} {verb} {match['what']}", 0, match.end("what"))
        yield Item(f"{match['subject']} {match['rest']}", match.start("rest"), len(clause))
    else:
        yield Item(clause, 0, len(clause))


def _when_and_where(item: Item) -> Iterator[Item]:
    match = _WHEN_AND_WHERE.fullmatch(item.text)
    if match is None or bool(dates(match["one"])) is bool(dates(match["other"])):
        yield item
        return
    moved = item.end - len(item.text)
    yield Item(f"{match['lead']} {match['one']}", item.start, max(item.start + 1, moved + match.end("one")))
    yield Item(f"{match['lead']} {match['other']}", max(item.start, moved + match.start("other")), item.end)
