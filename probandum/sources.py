"""What an audit may ask beside the request's context: makes sources of folders, the web, a model, and plug-ins."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import cache
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from probandum.agent.options import Options
from probandum.agent.usage import Ledger
from probandum.judges import asks_a_language_model, installation_secret, make_chat
from probandum.settings import Settings
from probandum.tools.errors import ConfigError
from probandum.tools.evidence import Origin
from probandum.tools.retrieval.embeddings import Encoder
from probandum.tools.retrieval.passage_search import corpus_search
from probandum.tools.retrieval.stored_corpus import Progress
from probandum.tools.source import Source

GROUP = "probandum.sources"
"""The entry points of plug-ins: each names something that, called without arguments, gives a source."""


class SourceRequest(NamedTuple):
    """What was asked for by whoever starts the audit."""

    corpus: Sequence[Path] = ()
    web: bool | None = None
    """None leaves it to settings and options."""
    cross_examine: bool | None = None
    """None leaves it to the options."""
    calculate: bool | None = None
    """None leaves it to the options."""
    named: Sequence[Source | str] = ()
    """Sources of one's own, or names of plug-ins."""
    encoder: Encoder | None = None
    """Finds passages of the corpus by meaning, beside words."""
    has_context: bool = False
    """Whether the request brings documents."""
    cited: Sequence[str] = ()
    """Addresses of pages that the answer names."""
    progress: Progress = lambda *_: None
    """Told how far the reading of a large corpus is."""


class GatheredSources(NamedTuple):
    """The sources, and the options with their origins allowed."""

    sources: tuple[Source, ...]
    options: Options
    ledger: Ledger
    """Where sources that ask a model write down what that cost."""


def gather_sources(
    wanted: SourceRequest, settings: Settings, options: Options, *, judge: str | None
) -> GatheredSources:
    """Make the sources.

    The web is asked where the caller says so, or where the settings agree to it and either the options name it or
    nothing else is there to ask. A model is cross-examined where the caller says so, or where the options name it and
    the judge is a model, which is then the one that is asked. The calculator is offered to a model in the same way.

    Args:
        wanted: what the caller says.
        settings: what the environment says.
        options: how thorough the audit is to be.
        judge: the judge's name; None for one that was handed in.

    Raises:
        ConfigError: there is no such plug-in, cross-examination has no model to ask, or an extra is not installed.
        InputError: a folder does not hold.
    """
    ledger = Ledger()
    sources: list[Source] = []
    if wanted.corpus:
        stored_in, encoder = settings.home / "corpora", wanted.encoder
        sources.append(corpus_search(wanted.corpus, stored_in=stored_in, progress=wanted.progress, encoder=encoder))
    own = [_plugin(each) if isinstance(each, str) else each for each in wanted.named]
    sources += own
    by_name = {source.origin for source, given in zip(own, wanted.named, strict=True) if isinstance(given, str)}
    if _web(wanted, settings, options):
        sources.append(_web_search(settings, options, wanted.cited))
        by_name.add(Origin.WEB)
    model = judge if judge and asks_a_language_model(judge) else None
    if _chosen(wanted.cross_examine, model is not None and Origin.MODEL in options.sources):
        sources.append(_cross_examination(model, settings, ledger.add))
        by_name.add(Origin.MODEL)
    offered = model is not None and Origin.CALCULATION in options.sources and find_spec("pint") is not None
    if _chosen(wanted.calculate, offered):
        from probandum.tools.calculator import Calculator

        sources.append(Calculator())
        by_name.add(Origin.CALCULATION)
    allowed = tuple(origin for origin in Origin if origin in by_name or origin in options.sources)
    return GatheredSources(tuple(sources), options.model_copy(update={"sources": allowed}), ledger)


@cache
def load_encoder(folder: Path) -> Encoder:
    """The embedding model of a folder, opened once in a process; `ConfigError` says what is wrong with it."""
    return Encoder(folder)


def plugin_names() -> tuple[str, ...]:
    """The names of all sources that are installed as plug-ins."""
    return tuple(sorted(entry_points(group=GROUP).names))


def _web(wanted: SourceRequest, settings: Settings, options: Options) -> bool:
    alone = not (wanted.has_context or wanted.corpus or wanted.named)
    return _chosen(wanted.web, settings.web and (alone or Origin.WEB in options.sources))


def _chosen(said: bool | None, by_default: bool) -> bool:  # noqa: FBT001 - of one kind
    return by_default if said is None else said


def _web_search(settings: Settings, options: Options, cited: Sequence[str]) -> Source:
    from probandum.tools.web.page_cache import PageCache
    from probandum.tools.web.tavily import WebLimits
    from probandum.tools.web.web_search import WebSearch

    keep = timedelta(hours=settings.web_hours)
    return WebSearch(
        api_key=settings.tavily_api_key,
        base_url=settings.tavily_base_url,
        limits=WebLimits(options.include_domains, options.exclude_domains, options.max_age_days),
        memory=PageCache(settings.home / "web.sqlite", keep=keep) if settings.web_hours else None,
        cited=cited,
    )


def _cross_examination(model: str | None, settings: Settings, spend: Callable[..., None]) -> Source:
    if not model:
        raise ConfigError("cross-examination asks a language model; choose one with --judge openai:MODEL")
    from probandum.agent.judges.llm.examiner import ModelExaminer
    from probandum.tools.cross_examination import CrossExamination

    chat = make_chat(model, settings)
    return CrossExamination(ModelExaminer(chat, secret=installation_secret(settings.home), spend=spend))


def _plugin(name: str) -> Source:
    found = [point for point in entry_points(group=GROUP) if point.name == name]
    if not found:
        installed = ", ".join(map(repr, plugin_names())) or "none"
        raise ConfigError(f"no source is called {name!r}; installed as plug-ins of {GROUP!r}: {installed}")
    source = found[0].load()()
    if not isinstance(source, Source):
        raise ConfigError(f"the plug-in {name!r} gives no source of evidence but {type(source).__name__}")
    return source
