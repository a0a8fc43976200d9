"""The doors of the library: audit, aaudit and astream; what they do is in the graphs below."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, Unpack

from pydantic import ValidationError

from probandum import settings as configuration
from probandum.agent.events import Event
from probandum.agent.judges.protocol import Judge
from probandum.agent.options import Options
from probandum.agent.report import Report
from probandum.agent.request import AuditRequest, Turn
from probandum.agent.usage import Ledger
from probandum.calibration_store import stored_calibration
from probandum.graphs.context import AuditContext, Checkpointer, Stop
from probandum.graphs.persistence.decision_cache import Cache
from probandum.graphs.run import run
from probandum.intake.answer import Answer, Message, answer_of
from probandum.intake.context import Context, documents_of
from probandum.judges import judge_of_model, make_judge, make_screen
from probandum.recordings import Recording, open_recording, open_replay, options_of, settings_of
from probandum.settings import Settings
from probandum.sources import GatheredSources, SourceRequest, gather_sources, load_encoder
from probandum.tools.cached_source import CachedSource
from probandum.tools.errors import ConfigError, InputError
from probandum.tools.evidence import Origin
from probandum.tools.retrieval.embeddings import Encoder
from probandum.tools.retrieval.passage_search import context_search
from probandum.tools.retrieval.stored_corpus import Progress
from probandum.tools.source import Source
from probandum.tools.web.urls import urls_in

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from opentelemetry._logs import LoggerProvider

Result = TypeVar("Result")
_FAR = (Origin.WEB, Origin.MODEL)
"""Origins whose answers cost time or money, so that the same question is put to them once."""


class AuditArguments(TypedDict, total=False):
    """How an audit is run; everything has a default."""

    question: str | None
    """What the response answers."""
    context: Context | None
    """The reference: a text, the path of a file, a document of ours or of LangChain, a dict with ``text`` (and
    ``source``, ``id``, ``title``), or several of these."""
    history: Sequence[Turn]
    """What was said before the question, oldest first; never evidence."""
    claims: Sequence[str]
    """Claims to judge as they stand, in place of extracting them."""
    corpus: Sequence[Path]
    """Folders to search for more evidence; a large one is read once and kept in ``PROBANDUM_HOME``."""
    corpus_progress: Progress
    """Told how many files of a large corpus have been read, of how many."""
    embeddings: Path | None
    """A folder with a sentence-embedding model: local documents are then found by meaning, too; default:
    ``PROBANDUM_EMBEDDINGS``."""
    sources: Sequence[Source | str]
    """Sources of your own, or names of those installed as plug-ins."""
    web: bool | None
    """Whether the web is asked; default: where the settings agree and the profile names it or there is nothing else."""
    calculate: bool | None
    """Whether the language model may have expressions worked out; default: as the profile says."""
    cross_examine: bool | None
    """Whether the language model is asked what it knows, without the claim; default: as the profile says."""
    judge: "str | Judge | BaseChatModel | None"
    """``embedded``, ``openai:MODEL``, ``ollama:MODEL``, ``gguf:FILE``, ``PROVIDER:MODEL``, a chat model of LangChain,
    or a judge; default: ``PROBANDUM_JUDGE``, else ``embedded``."""
    profile: str | None
    """``fast``, ``standard`` or ``deep``; default: ``PROBANDUM_PROFILE``, else ``standard``."""
    options: Options | None
    """In place of a profile: every option by itself."""
    settings: Settings | None
    """In place of what the environment says."""
    examples: Path | None
    """A file of worked examples of your own for a language model; default: ``PROBANDUM_EXAMPLES``."""
    record: Path | None
    """A file in which every reply of model and sources is kept; as private as the audit."""
    replay: Path | None
    """Such a file: nothing is asked, neither model nor sources; judge and options are those of the recording."""
    calibrated: bool
    """Whether a calibration that is kept in ``PROBANDUM_HOME`` for this judge is applied; default: yes, but never while
    an audit is recorded or replayed."""
    audit_id: str | None
    """With a checkpointer, the name under which an audit is continued."""
    checkpointer: Checkpointer | None
    """Where the state is kept; None keeps nothing."""
    stop: Stop
    """By which the audit is told to stop: it ends with `AuditStopped` as soon as what is under way has ended."""
    logger_provider: "LoggerProvider | None"
    """OpenTelemetry's, by which the report is told as events; default: none, but where ``PROBANDUM_OTEL`` says so."""
    cache: Cache | None
    """Where decisions of the judge are kept, so that audits that share it ask for none twice; not while an audit is
    recorded or replayed."""


_SHOWN = 120
"""Characters of what does not hold that an error shows."""


async def astream(
    response: str | AuditRequest | Answer | Message, **arguments: Unpack[AuditArguments]
) -> AsyncIterator[Event | Report]:
    """Audit a response, giving events as they happen and the report at last.

    Args:
        response: the text to audit, a whole request, or a message of OpenAI, Anthropic or LangChain.
        **arguments: see `AuditArguments`.

    Raises:
        InputError: what was handed in cannot be audited as it is.
        ConfigError: a setting or option does not hold.
        ReplayError: the replayed recording is not one of this audit.
        JudgeError: the judge could not even extract the claims.
    """
    recording = open_replay(arguments.get("replay"))
    request = await asyncio.to_thread(request_of, response, arguments, recording)
    context = context_for(request, arguments, recording)
    cache = None if arguments.get("record") or arguments.get("replay") else arguments.get("cache")
    async for event in run(
        request, context, checkpointer=arguments.get("checkpointer"), cache=cache, stop=arguments.get("stop")
    ):
        recording.check()
        if isinstance(event, Report):
            tell(event, arguments)
        yield event


async def aaudit(response: str | AuditRequest | Answer | Message, **arguments: Unpack[AuditArguments]) -> Report:
    """Audit a response; arguments and errors are those of `astream`."""
    report = None
    # To the very end, so that nothing of the audit is left for the event loop to clear away.
    async for event in astream(response, **arguments):
        if isinstance(event, Report):
            report = event
    if report is None:
        raise AssertionError("an audit ends with its report")
    return report


def audit(response: str | AuditRequest | Answer | Message, **arguments: Unpack[AuditArguments]) -> Report:
    """Audit a response and wait for it, also from inside a running event loop; arguments as for `astream`."""
    return wait(aaudit(response, **arguments))


def wait(work: Coroutine[Any, Any, Result]) -> Result:
    """What some work comes to, also where an event loop is running already."""
    result: list[Result] = []

    async def keep() -> None:
        # A task that returned a report would be written out in full when Python hands back the handler of Ctrl-C.
        result.append(await work)

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(keep())
    else:
        with ThreadPoolExecutor(max_workers=1) as thread:
            thread.submit(asyncio.run, keep()).result()
    return result[0]


def tell(report: Report, arguments: AuditArguments) -> None:
    """Tell OpenTelemetry of a report where that is wanted; `ConfigError` where the extra for it is missing."""
    settings, provider = arguments.get("settings") or configuration.load(), arguments.get("logger_provider")
    if settings.otel or provider is not None:
        from probandum.export.otel import emit, provider_by_environment

        emit(report, provider=provider or provider_by_environment(), content=settings.otel_content)


def request_of(
    response: str | AuditRequest | Answer | Message, arguments: AuditArguments, recording: Recording
) -> AuditRequest:
    """The request that a response and arguments make; `InputError` says what does not hold."""
    if isinstance(response, AuditRequest):
        return response
    answer = answer_of(response)
    given = {
        "question": arguments.get("question"),
        "claims": arguments.get("claims"),
        "history": arguments.get("history"),
        "audit_id": arguments.get("audit_id") or (recording.replies.header.audit_id if recording.replies else None),
    }
    given = {name: value for name, value in given.items() if value is not None}
    asked = {"response": answer.text, "context": documents_of(arguments.get("context")), "citations": answer.citations}
    try:
        return AuditRequest.model_validate({**asked, **given})
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, e['loc']))}={repr(e['input'])[:_SHOWN]}: {e['msg']}" for e in error.errors()
        )
        raise InputError(f"the request does not hold: {wrong}") from None


def context_for(request: AuditRequest, arguments: AuditArguments, recording: Recording) -> AuditContext:
    """Judge, sources and options for a request; `ConfigError` says what does not hold."""
    settings, options = _setting(arguments, recording)
    embeddings = arguments.get("embeddings") or settings.embeddings
    encoder = load_encoder(embeddings) if embeddings and not recording.replies else None
    judge = arguments.get("judge") or settings.judge
    name = judge if isinstance(judge, str) else None
    for source in arguments.get("sources", ()):
        if not isinstance(source, str) and source.origin not in options.sources:
            hint = f"add {source.origin.value!r} to the options' sources, or choose the profile 'deep'"
            raise ConfigError(f"the source {source.name!r} may not be asked: {hint}")
    gathered = GatheredSources((), options, Ledger())
    if recording.replies is None:
        gathered = _gathered(request, arguments, settings=settings, options=options, judge=name, encoder=encoder)
    options = gathered.options
    if path := arguments.get("record"):
        recording = open_recording(
            path, request, judge=name, settings=settings, options=options, sources=gathered.sources
        )
    own = arguments.get("examples")
    if isinstance(judge, str):
        judging = make_judge(judge, settings, options, examples=own, recording=recording)
    else:
        judging = judge if isinstance(judge, Judge) else judge_of_model(judge, settings, options, examples=own)
    if options.error_types and judging.info.kind not in ("llm", "scripted"):
        raise ConfigError(f"own error types need a judge that reads, and {judging.info.model!r} compares; name a model")
    screen = make_screen(options, judging)
    recording.begin()
    return AuditContext(
        judge=judging,
        options=options,
        screen=screen,
        sources=tuple(
            CachedSource(each) if each.origin in _FAR else each for each in recording.sources(gathered.sources)
        ),
        reference=context_search(request.context, encoder=encoder) if request.context else None,
        ledger=gathered.ledger,
        calibration=None
        if recording.is_on or not arguments.get("calibrated", True)
        else stored_calibration(settings.home, judging.info),
    )


def _gathered(
    request: AuditRequest,
    arguments: AuditArguments,
    *,
    settings: Settings,
    options: Options,
    judge: str | None,
    encoder: Encoder | None,
) -> GatheredSources:
    wanted = SourceRequest(
        corpus=arguments.get("corpus", ()),
        web=arguments.get("web"),
        cross_examine=arguments.get("cross_examine"),
        calculate=arguments.get("calculate"),
        named=arguments.get("sources", ()),
        encoder=encoder,
        has_context=bool(request.context),
        cited=urls_in(request.response),
        progress=arguments.get("corpus_progress", lambda *_: None),
    )
    return gather_sources(wanted, settings, options, judge=judge)


def _setting(arguments: AuditArguments, recording: Recording) -> tuple[Settings, Options]:
    """The settings and options: what the caller says, else what the replayed recording says, else the environment."""
    if arguments.get("record") and arguments.get("replay"):
        raise ConfigError("an audit is either recorded or replayed; leave out 'record' or 'replay'")
    settings = arguments.get("settings") or configuration.load()
    header = recording.replies.header if recording.replies else None
    profile = arguments.get("profile")
    if header is None:
        return settings, arguments.get("options") or configuration.options(profile or settings.profile)
    recorded = configuration.options(profile) if profile else options_of(header)
    return settings_of(header, settings), arguments.get("options") or recorded
