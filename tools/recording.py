"""A recording: what an audit was answered from outside, by what it had asked; who asks and who answers is elsewhere.

A file of JSON lines: a header; the texts that were asked with, each once; and the replies, each under the digests of
what was asked. No key and no header of a request is in it, but the texts are: it is as private as the audit.
"""

import json
import os
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Lock
from typing import Any, Literal

from pydantic import Field, JsonValue, ValidationError

from probandum.tools.documents import MAX_BYTES, read_text
from probandum.tools.errors import InputError, ReplayError
from probandum.tools.evidence import Frozen, Origin, digest

Seam = Literal["model", "source"]
RecordedRequest = Mapping[str, str]
"""What was asked, part by part under names that a reader understands; equal in every part is the same question."""

_MAX_BYTES = 8 * MAX_BYTES
_AROUND = 30


class RecordedName(Frozen):
    """A source of evidence, as far as an audit sees it without asking."""

    name: str
    description: str
    origin: Origin


class RecordingHeader(Frozen):
    """The first line: what a replay needs to know beside the request itself."""

    recording: Literal[2] = 2
    """Version of the format."""
    note: str | None = None
    """How it was made, in words."""
    audit_id: str
    request: str
    """The request's fingerprint."""
    setup: Mapping[str, JsonValue] = Field(default_factory=dict)
    """How the audit was run; written and read by whoever runs it."""
    sources: tuple[RecordedName, ...] = ()


class Recorder:
    """Writes replies down as they come; calls from several threads and loops may interleave."""

    def __init__(self, path: Path, header: RecordingHeader) -> None:
        """Write nothing yet, so that what is refused before its first question leaves no file.

        Raises InputError where the file holds something else than this very audit.
        """
        self._path = path
        self._header = header
        self._lock = Lock()
        self._known: set[str] = set()
        self._begun = path.exists() and path.stat().st_size > 0
        if self._begun:
            self._check()

    def begin(self) -> None:
        """Write the header, to a file that its owner alone may read; one that was begun is continued, as after a kill.

        Raises InputError where it cannot be written.
        """
        if self._begun:
            self._continue()
        else:
            self._write({"kind": "header", **self._header.model_dump(mode="json")})

    def add(self, seam: Seam, asked: RecordedRequest, reply: Mapping[str, JsonValue]) -> None:
        """Write down one reply, and whatever of the question was not written before."""
        digests = {name: digest(part) for name, part in asked.items()}
        with self._lock:
            for name, part in asked.items():
                if digests[name] not in self._known:
                    self._known.add(digests[name])
                    self._write({"kind": "text", "sha256": digests[name], "text": part})
            self._write({"kind": "reply", "seam": seam, "asked": digests, "reply": reply})

    def _check(self) -> None:
        known = read_header(self._path)
        if (known.audit_id, known.request) != (self._header.audit_id, self._header.request):
            raise InputError(
                f"{str(self._path)!r} is the recording of another audit, {known.audit_id!r}; choose another file"
            )

    def _continue(self) -> None:
        content = self._path.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]  # a kill may have cut the last line
        self._path.write_bytes(whole)
        self._known = {line["sha256"] for line in _lines(whole.decode(), self._path) if line["kind"] == "text"}

    def _write(self, line: Mapping[str, object]) -> None:
        encoded = (json.dumps(line) + "\n").encode("ascii")
        try:
            file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(file, "ab") as open_file:
                open_file.write(encoded)
        except OSError as error:
            raise InputError(f"{str(self._path)!r} cannot be recorded to: {error.strerror}; choose another") from None


class Replies:
    """The replies of a recording, each given once, equal questions in the order of their replies.

    Attributes:
        header: what the recording says of itself.
        missed: the first question without a reply; whatever went on after it is no replay.
    """

    def __init__(self, path: Path) -> None:
        """Read the file; InputError where it is no recording."""
        self.header = read_header(path)
        self.missed: ReplayError | None = None
        self._path = path
        self._lock = Lock()
        self._texts: dict[str, str] = {}
        self._asked: dict[Seam, list[dict[str, str]]] = {"model": [], "source": []}
        self._queues: defaultdict[str, deque[Mapping[str, Any]]] = defaultdict(deque)
        for line in _lines(read_text(path, max_bytes=_MAX_BYTES), path):
            if line["kind"] == "text":
                self._texts[line["sha256"]] = line["text"]
            elif line["kind"] == "reply":
                self._asked[line["seam"]].append(line["asked"])
                self._queues[_key(line["seam"], line["asked"])].append(line["reply"])

    def take(self, seam: Seam, asked: RecordedRequest) -> Mapping[str, Any]:
        """The next reply to this question; `ReplayError` names what differs where none was recorded."""
        digests = {name: digest(part) for name, part in asked.items()}
        key = _key(seam, digests)
        with self._lock:
            if self._queues.get(key):
                return self._queues[key].popleft()
        if key in self._queues:
            why = "it was asked once more than when it was recorded"
        else:
            why = self._difference(seam, asked, digests)
        missed = ReplayError(
            f"{str(self._path)!r} has no reply for this question to the {seam}: {why}; "
            "replay with the answer, context and options of the recording, or record again"
        )
        self.missed = self.missed or missed
        raise missed

    def _difference(self, seam: Seam, asked: RecordedRequest, digests: Mapping[str, str]) -> str:
        """In words, what is other than in the recorded question that has most in common with this one."""
        recorded = self._asked[seam]
        if not recorded:
            return f"nothing was asked of a {seam} when it was recorded"
        nearest = max(recorded, key=lambda known: len(known.items() & digests.items()))
        name = next(n for n in (*asked, *nearest) if digests.get(n) != nearest.get(n))
        if name not in nearest:
            return f"the nearest recorded one has no {name}"
        if name not in asked:
            return f"the nearest recorded one has {name} as well"
        was, now = self._texts[nearest[name]], asked[name]
        at = next(
            (place for place, (a, b) in enumerate(zip(was, now, strict=False)) if a != b), min(len(was), len(now))
        )
        around = slice(max(0, at - _AROUND), at + _AROUND)
        return f"{name} differs at character {at}: recorded …{was[around]!r}…, now …{now[around]!r}…"


def read_header(path: Path) -> RecordingHeader:
    """The header of a recording; InputError where the file is none."""
    first = next(_lines(read_text(path, max_bytes=_MAX_BYTES), path), {})
    version, known = first.get("recording"), RecordingHeader.model_fields["recording"].default
    if isinstance(version, int) and version != known:
        hint = f"this Probandum asks other questions and replays version {known}; record the audit again"
        raise InputError(f"{str(path)!r} is a recording of version {version}: {hint}")
    try:
        return RecordingHeader.model_validate({name: value for name, value in first.items() if name != "kind"})
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(map(str, wrong["loc"]))
        raise InputError(f"{str(path)!r} is no recording ({field}: {wrong['msg']})") from None


def _lines(text: str, path: Path) -> Iterator[dict[str, Any]]:
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            read = json.loads(line)
        except ValueError:
            if number == len(lines):
                return  # cut by a kill
            read = None
        if not isinstance(read, dict) or "kind" not in read:
            raise InputError(f"{str(path)!r} is no recording: line {number} is no JSON object with a kind")
        yield read


def _key(seam: Seam, digests: Mapping[str, str]) -> str:
    return digest(seam, *(f"{name}={value}" for name, value in sorted(digests.items())))
