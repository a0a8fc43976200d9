"""Many answers audited against one context, which is read once."""

import uuid
from dataclasses import replace
from typing import Unpack

from probandum.agent.budget import Budget
from probandum.agent.report import Report
from probandum.agent.request import AuditRequest
from probandum.agent.usage import Ledger
from probandum.api import AuditArguments, context_for, tell
from probandum.graphs.persistence.checkpoints import in_memory_decisions
from probandum.graphs.run import run
from probandum.intake.context import documents_of
from probandum.recordings import NO_RECORDING
from probandum.tools.errors import InputError
from probandum.tools.evidence import well_formed

_ANY = "Nothing yet."
_ONE_AUDIT = ("audit_id", "claims", "record", "replay", "checkpointer", "stop")


class Auditor:
    """Judge, sources and context of an audit, made once; each answer is an audit of its own."""

    def __init__(self, **arguments: Unpack[AuditArguments]) -> None:
        """Read the context and make the judge.

        Args:
            **arguments: as for `probandum.audit`, but for those that belong to one audit: ``audit_id``, ``claims``,
                ``record``, ``replay``, ``checkpointer`` and ``stop``.

        Raises:
            InputError: the context cannot be read, or an argument belongs to one audit.
            ConfigError: a setting or option does not hold.
        """
        if alone := [name for name in _ONE_AUDIT if arguments.get(name)]:
            raise InputError(f"{', '.join(map(repr, alone))} belong to one audit, and here are many; leave them out")
        documents = documents_of(arguments.get("context"))
        self._asked = AuditRequest(response=_ANY, question=arguments.get("question"), context=documents)
        self._context = context_for(self._asked, arguments, NO_RECORDING)
        self._arguments = arguments
        self._cache = arguments.get("cache") or in_memory_decisions()

    async def audit(self, response: str) -> Report:
        """The report on one answer; a claim that an earlier one made in the same words is not judged anew.

        Raises what `probandum.audit` raises.
        """
        asked = {"response": well_formed(response), "audit_id": uuid.uuid4().hex}
        context = replace(self._context, ledger=Ledger(), budget=Budget(self._context.options.limits))
        report = None
        async for event in run(self._asked.model_copy(update=asked), context, cache=self._cache):
            if isinstance(event, Report):
                report = event
                tell(report, self._arguments)
        if report is None:
            raise AssertionError("an audit ends with its report")
        return report
