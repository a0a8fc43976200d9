"""What an audit is recorded on, or replayed from: puts recordings at the seams to model and sources."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import JsonValue, ValidationError

from probandum.agent.options import Options
from probandum.agent.request import AuditRequest
from probandum.settings import Settings
from probandum.tools.errors import ConfigError, InputError
from probandum.tools.recorded_source import RecordedSource, ReplayedSource, recorded_name
from probandum.tools.recording import Recorder, RecordingHeader, Replies, read_header
from probandum.tools.source import Source

if TYPE_CHECKING:
    from probandum.agent.judges.llm.chat.protocol import Chat


@dataclass(frozen=True)
class Recording:
    """What is recorded or replayed, at most one of the two; with neither, everything is asked as it is."""

    recorder: Recorder | None = None
    replies: Replies | None = None

    @property
    def is_on(self) -> bool:
        """Whether anything is recorded or replayed."""
        return self.recorder is not None or self.replies is not None

    def begin(self) -> None:
        """Begin the recording, if there is one: whoever answers is made, and nothing has been asked yet."""
        if self.recorder:
            self.recorder.begin()

    def chat(self, model: str, make: Callable[[], "Chat"], *, max_output_tokens: int, local: bool = False) -> "Chat":
        """The model to ask; ``make`` is not called where the answers are recorded, so that no key is needed."""
        from probandum.agent.judges.llm.chat.recording import RecordedChat, ReplayedChat

        if self.replies:
            return ReplayedChat(self.replies, model=model, max_output_tokens=max_output_tokens, local=local)
        return RecordedChat(make(), self.recorder) if self.recorder else make()

    def sources(self, given: Sequence[Source]) -> tuple[Source, ...]:
        """The sources to ask: those that are given, or those of the recording in their place."""
        if self.replies:
            return tuple(ReplayedSource(name, self.replies) for name in self.replies.header.sources)
        recorder = self.recorder
        return tuple(RecordedSource(source, recorder) for source in given) if recorder else tuple(given)

    def check(self) -> None:
        """Raise the `ReplayError` of a replay that lacked a reply, which a graph may take for one claim's fault."""
        if self.replies and self.replies.missed:
            raise self.replies.missed

    def secret(self, installed: Callable[[], bytes]) -> bytes:
        """The secret that fences are made from; a replay needs none that lasts."""
        return secrets.token_bytes(32) if self.replies else installed()


NO_RECORDING = Recording()


def open_replay(path: Path | None) -> Recording:
    """The recording to replay; `NO_RECORDING` where none is wanted. InputError where the file is no recording."""
    return Recording(replies=Replies(path)) if path else NO_RECORDING


def open_recording(
    path: Path,
    request: AuditRequest,
    *,
    judge: str | None,
    settings: Settings,
    options: Options,
    sources: Sequence[Source],
) -> Recording:
    """The recording of an audit that is written down.

    Raises:
        InputError: the file holds another recording, or cannot be written.
        ConfigError: the judge is not known by name, so that its replies would be missing.
    """
    if judge is None:
        raise ConfigError("a judge of your own cannot be recorded; name it as 'openai:MODEL' or 'embedded'")
    setup: dict[str, JsonValue] = {
        "judge": judge,
        "batch": settings.batch,
        "max_output_tokens": settings.max_output_tokens,
        "options": options.model_dump(mode="json"),
    }
    header = RecordingHeader(
        audit_id=request.audit_id,
        request=request.fingerprint,
        setup=setup,
        sources=tuple(map(recorded_name, sources)),
    )
    return Recording(recorder=Recorder(path, header))


def recorded_options(path: Path) -> Options:
    """The options under which a recording was made."""
    return options_of(read_header(path))


def options_of(header: RecordingHeader) -> Options:
    """The options that a header names; InputError where they are none of this version's."""
    try:
        return Options.model_validate(header.setup.get("options", {}))
    except ValidationError as error:
        raise InputError(f"the recording was made with options that are not known here: {error}") from None


def settings_of(header: RecordingHeader, settings: Settings) -> Settings:
    """The settings with what a recording was made with in its place."""
    known = {name: header.setup[name] for name in ("judge", "batch") if name in header.setup}
    room = header.setup.get("max_output_tokens", Settings.model_fields["max_output_tokens"].default)
    try:
        return Settings.model_validate({**settings.model_dump(), **known, "max_output_tokens": room})
    except ValidationError as error:
        raise InputError(f"the recording was made with settings that are not known here: {error}") from None
