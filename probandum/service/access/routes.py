"""Every route that the service offers, and to whom; what a newer server brings beside them stays shut."""

import re
from typing import NamedTuple


class Route(NamedTuple):
    """A route that is offered."""

    methods: tuple[str, ...]
    path: str
    """With names in braces for what stands between two slashes."""
    who: str
    """``all``; ``keys``: the holder of any key, who sees the same as others; ``owner``: a key, for what is its own."""
    does: str

    @property
    def pattern(self) -> re.Pattern[str]:
        """What a path has to match, with or without a slash at the end."""
        return re.compile(
            re.sub(r"\{\w+\}", "[^/]+", re.escape(self.path).replace(r"\{", "{").replace(r"\}", "}")) + "/?"
        )


_THREAD = "/threads/{thread_id}"
_RUN = f"{_THREAD}/runs/{{run_id}}"
_AUDIT = "/probandum/audits/{audit_id}"
_ASSISTANT = "/assistants/{assistant_id}"
OFFERED = (
    Route(("GET",), "/", "all", "the page, without any audit on it"),
    Route(("GET",), "/page.css", "all", "its style"),
    Route(("GET",), "/page.js", "all", "its program"),
    Route(
        ("GET",), "/probandum/shown/{name}", "all", "a report that its owner has opened, under a name nobody guesses"
    ),
    Route(("GET",), "/ok", "all", "whether the server runs"),
    Route(("GET",), "/info", "all", "the server's version"),
    Route(("GET",), "/metrics", "all", "the server's own counts, without names or texts"),
    Route(("GET",), "/docs", "all", "the documentation of the server's interface"),
    Route(("GET",), "/openapi.json", "all", "the same for programs"),
    Route(("GET",), "/probandum/metrics", "keys", "counts and seconds for Prometheus, of all keys together"),
    Route(("POST",), "/assistants/search", "keys", "the built-in assistants"),
    Route(("POST",), "/assistants/count", "keys", "how many there are"),
    Route(("GET",), _ASSISTANT, "keys", "one of them"),
    Route(("GET",), f"{_ASSISTANT}/graph", "keys", "its graph, drawn"),
    Route(("GET",), f"{_ASSISTANT}/schemas", "keys", "what it takes and gives"),
    Route(("GET",), f"{_ASSISTANT}/subgraphs", "keys", "its inner graphs"),
    Route(("GET",), f"{_ASSISTANT}/subgraphs/{{namespace}}", "keys", "one of them"),
    Route(("POST",), f"{_ASSISTANT}/versions", "keys", "its versions, which are one"),
    Route(("GET", "POST", "DELETE"), "/mcp", "owner", "audits as a tool of the Model Context Protocol"),
    Route(("GET",), "/probandum/judges", "keys", "the judges that one may choose among"),
    Route(("POST",), "/probandum/read", "keys", "the text of a file that is sent; nothing of it is kept"),
    Route(("GET",), "/probandum/audits", "owner", "one's audits, the latest first, by words of their answers"),
    Route(("GET",), _AUDIT, "owner", "which thread an audit has, or would have"),
    Route(("POST",), f"{_AUDIT}/check", "owner", "whether an answer and its sources can be audited"),
    Route(("GET",), f"{_AUDIT}/report.{{kind}}", "owner", "its report"),
    Route(("POST",), f"{_AUDIT}/show", "owner", "opens its report under a name nobody guesses"),
    Route(("POST",), "/runs", "owner", "begins an audit that is not kept"),
    Route(("POST",), "/runs/batch", "owner", "begins several"),
    Route(("POST",), "/runs/wait", "owner", "does one and tells its report"),
    Route(("POST",), "/runs/stream", "owner", "does one and tells its verdicts as they come"),
    Route(("POST",), "/threads", "owner", "the thread of an audit of one's own"),
    Route(("POST",), "/threads/search", "owner", "one's threads"),
    Route(("POST",), "/threads/count", "owner", "how many they are"),
    Route(("GET", "PATCH", "DELETE"), _THREAD, "owner", "one of them; its metadata; forgets it"),
    Route(("GET",), f"{_THREAD}/state", "owner", "what its audit has come to"),
    Route(("GET",), f"{_THREAD}/state/{{checkpoint_id}}", "owner", "what it had come to"),
    Route(("POST",), f"{_THREAD}/state/checkpoint", "owner", "the same"),
    Route(("GET", "POST"), f"{_THREAD}/history", "owner", "all of it"),
    Route(
        ("GET", "POST"), f"{_THREAD}/runs", "owner", "its runs; begins or goes on with its audit, or resumes a review"
    ),
    Route(("POST",), f"{_THREAD}/runs/wait", "owner", "the same, and tells the report"),
    Route(("POST",), f"{_THREAD}/runs/stream", "owner", "the same, and tells verdicts as they come"),
    Route(("GET",), f"{_THREAD}/stream", "owner", "verdicts of all its runs"),
    Route(("GET",), _RUN, "owner", "one of its runs"),
    Route(("GET",), f"{_RUN}/join", "owner", "waits for it"),
    Route(("GET",), f"{_RUN}/stream", "owner", "its verdicts as they come"),
    Route(("POST",), f"{_RUN}/cancel", "owner", "interrupts it"),
)


_PATTERNS = tuple((route, route.pattern) for route in OFFERED)


def offered(method: str, path: str) -> bool:
    """Whether a request is for a route that is offered; HEAD is as GET, and OPTIONS asks what is."""
    wanted = "GET" if method == "HEAD" else method
    return any(
        (wanted == "OPTIONS" or wanted in route.methods) and pattern.fullmatch(path) for route, pattern in _PATTERNS
    )
