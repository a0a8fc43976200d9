"""Every error that Probandum raises on purpose; nothing here decides what becomes of one.

ProbandumError
├── ConfigError            a setting, an option or a missing extra; the message says how to mend it
├── InputError             the request, a file or a folder is not usable as given
│   └── ReplayError        a recording has no reply for what is asked
├── JudgeError             the judge gave no usable verdict
│   ├── JudgeUnavailable   not reached, rate-limited or too slow, after the client's own retries
│   ├── JudgeOutputError   answered, but not in the agreed form, after bounded repairs
│   └── JudgeRefused       declined to answer
├── ToolError              a source of evidence failed; "found nothing" is not an error
│   └── ToolUnavailable    may work when asked again
├── LimitReached           a budget of the audit is spent; carries the name of the limit
├── ReviewPending          the audit waits for a person; nothing went wrong
└── AuditStopped           the audit was told to stop; what it has is kept where it is kept at all
"""


class ProbandumError(Exception):
    """Root of the tree: catch this to catch everything that Probandum raises on purpose."""


class ConfigError(ProbandumError):
    """A setting or option is wrong or something optional is not installed."""


class InputError(ProbandumError):
    """What was handed in cannot be audited as it is."""


class ReplayError(InputError):
    """A recording has no reply for what is asked: it is one of another audit, or of other options or prompts."""


class JudgeError(ProbandumError):
    """The judge gave no usable verdict.

    Attributes:
        usage: what was spent before it failed, in the judge's own terms; None where nothing was counted.
    """

    usage: object | None = None


class JudgeUnavailable(JudgeError):
    """The judge was not reached, was rate-limited or took too long."""


class JudgeOutputError(JudgeError):
    """The judge answered, but not in the agreed form, and repairs did not help."""


class JudgeRefused(JudgeError):
    """The judge declined to answer."""


class ToolError(ProbandumError):
    """A source of evidence failed."""


class ToolUnavailable(ToolError):
    """A source of evidence failed in a way that may pass."""


class LimitReached(ProbandumError):
    """A limit of this audit is spent.

    Attributes:
        limit: the option's name: ``calls``, ``tokens``, ``seconds`` or ``claims``.
    """

    def __init__(self, limit: str, message: str) -> None:
        super().__init__(message)
        self.limit = limit


class ReviewPending(ProbandumError):
    """The audit is kept and waits for a person to settle what the judge left open.

    Attributes:
        audit_id: the name to review it by.
        claims: how many claims wait.
    """

    def __init__(self, audit_id: str, claims: int) -> None:
        super().__init__(f"audit {audit_id} waits for review of {claims} claim{'' if claims == 1 else 's'}")
        self.audit_id = audit_id
        self.claims = claims


class AuditStopped(ProbandumError):
    """The audit was told to stop before its end; one that is kept goes on from where it was."""
