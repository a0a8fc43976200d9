"""The fixed vocabularies of an audit: labels, error types, and the named reasons for everything that has no verdict."""

from enum import StrEnum


class Label(StrEnum):
    """What the evidence says of a claim."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    ABSENT = "absent"
    PARTIALLY_SUPPORTED = "partially_supported"
    UNEVALUATABLE = "unevaluatable"


NEEDS_QUOTE = frozenset({Label.SUPPORTED, Label.CONTRADICTED, Label.PARTIALLY_SUPPORTED})
"""Labels that say what the evidence states, and so rest on words of it."""


class ErrorType(StrEnum):
    """In which way a claim is wrong."""

    NUMBER = "number"
    ENTITY = "entity"
    FALSE_CONCATENATION = "false_concatenation"
    ATTRIBUTION_FAILURE = "attribution_failure"
    OVERGENERALIZATION = "overgeneralization"
    REASONING_ERROR = "reasoning_error"
    HYPERBOLE = "hyperbole"
    TEMPORAL = "temporal"
    CONTEXT_BASED_MEANING = "context_based_meaning"
    OTHER = "other"


class Why(StrEnum):
    """Why a claim cannot be decided."""

    UNRESOLVED_REFERENCE = "unresolved_reference"
    VAGUE = "vague"
    UNDECIDABLE = "undecidable"
    CONFLICTING_EVIDENCE = "conflicting_evidence"


class NoClaim(StrEnum):
    """Why a sentence gives no claim."""

    QUESTION = "question"
    INSTRUCTION = "instruction"
    OPINION = "opinion"
    FIRST_PERSON = "first_person"
    HEADING = "heading"
    BOILERPLATE = "boilerplate"
    REFUSAL = "refusal"


class Outcome(StrEnum):
    """What became of a claim."""

    JUDGED = "judged"
    UNDECIDED = "undecided"
    """Looked at by a judge that cannot tell; one that reads more, or a person, can."""
    NOT_CHECKED = "not_checked"
    ERROR = "error"


class Decide(StrEnum):
    """How sure a judge must be before what it says is a verdict: the strictest first."""

    STRICT = "strict"
    BALANCED = "balanced"
    LENIENT = "lenient"


class ReportOutcome(StrEnum):
    """What became of an audit."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    NO_CLAIMS = "no_claims"
    ABSTAINED = "abstained"


class Reason(StrEnum):
    """Why a claim has no verdict: the judge cannot tell, then the ways of not being checked, then those of failing."""

    UNCLEAR = "unclear"
    NO_EVIDENCE_SOURCE = "no_evidence_source"
    SEARCH_FAILED = "search_failed"
    LANGUAGE = "language"
    LIMIT_CALLS = "limit_calls"
    LIMIT_TOKENS = "limit_tokens"
    LIMIT_SECONDS = "limit_seconds"
    LIMIT_CLAIMS = "limit_claims"
    JUDGE_UNAVAILABLE = "judge_unavailable"
    JUDGE_OUTPUT = "judge_output"
    JUDGE_REFUSED = "judge_refused"
    TIMEOUT = "timeout"
    INTERNAL = "internal"


class CitationStatus(StrEnum):
    """What a cited source does with the claim that cites it, looked at alone."""

    SUPPORTS = "supports"
    PARTIAL = "partial"
    CONTRADICTS = "contradicts"
    DOES_NOT_SUPPORT = "does_not_support"
    UNDECIDED = "undecided"
    UNKNOWN_SOURCE = "unknown_source"
    """No document is called so."""
    UNREADABLE = "unreadable"
    """The document has no text, or the judge failed on it."""


class FindingKind(StrEnum):
    """What the evidence graph can bring to light beyond single verdicts."""

    DUPLICATE_CLAIMS = "duplicate_claims"
    CONFLICTING_CLAIMS = "conflicting_claims"
    FALLEN_PREMISE = "fallen_premise"
    ONE_SOURCE = "one_source"
    OMISSION = "omission"
    SOURCES_DISAGREE = "sources_disagree"
    FILES_SKIPPED = "files_skipped"
    NOT_ACCEPTED = "not_accepted"
    CITATION = "citation"
    """A cited source that does not support its claim, or that nobody has."""
    UNCITED = "uncited"
    """A claim that ought to be cited and is not."""
    RETRIEVAL_MISS = "retrieval_miss"
    OVERREACH = "overreach"


class Cause(StrEnum):
    """Why the context of an answer does not carry a claim."""

    RETRIEVAL_MISS = "retrieval_miss"
    """The corpus or the web has what the context lacks."""
    OTHER_SOURCE = "other_source"
    """The context has it under another source than the one that is cited."""
    OVERREACH = "overreach"
    """Nothing that was asked has it."""
