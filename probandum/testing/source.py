"""A source of evidence that answers from a script, for tests of everything that asks sources."""

from collections.abc import Callable, Sequence

from probandum.tools.evidence import Evidence, Origin, digest
from probandum.tools.source import SearchArguments

Answer = Sequence[str] | Exception


class ScriptedSource:
    """Answers each search from a rule, and keeps what it was asked.

    Attributes:
        asked: every query, in order.
    """

    description = "Scripted evidence."

    def __init__(
        self, rule: Callable[[str], Answer], *, name: str = "search_script", origin: Origin = Origin.CORPUS
    ) -> None:
        """Take the rule.

        Args:
            rule: from a query to the texts that are found, or to an exception that is raised.
            name: what a judge calls it by.
            origin: of everything it finds.
        """
        self.name = name
        self.origin = origin
        self.asked: list[str] = []
        self._rule = rule

    async def __call__(self, arguments: SearchArguments) -> tuple[Evidence, ...]:
        """What the rule says."""
        self.asked.append(arguments.query)
        answer = self._rule(arguments.query)
        if isinstance(answer, Exception):
            raise answer
        return tuple(self._evidence(text) for text in answer[: arguments.limit])

    def _evidence(self, text: str) -> Evidence:
        return Evidence.of(text, origin=self.origin, source=self.name, document_sha256=digest(text))
