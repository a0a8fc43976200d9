"""Whether the parts of a written verdict go together; what it amounts to is decided elsewhere."""

from probandum.agent.judges.llm.replies.schema import SecondLookWritten
from probandum.agent.judges.llm.session import UnusableReply
from probandum.agent.taxonomy import Label

NEED_ERROR_TYPE = (Label.CONTRADICTED, Label.PARTIALLY_SUPPORTED)


def check_second_look(written: SecondLookWritten) -> None:
    """`UnusableReply` where the label does not go together with the steps or with what it requires."""
    label, statuses = written.label, {each.status for each in written.comparison}
    if label is Label.UNEVALUATABLE and written.why is None:
        raise UnusableReply("The label is unevaluatable, so `why` must not be null.")
    if label in NEED_ERROR_TYPE and not written.error_types:
        raise UnusableReply(f"The label is {label.value}, so `error_types` must name at least one.")
    if label is Label.SUPPORTED and written.error_types:
        raise UnusableReply("The label is supported, but `error_types` names errors. Only one of them can be right.")
    if label is Label.SUPPORTED and statuses & {"conflict", "missing"}:
        raise UnusableReply("The label is supported, but `comparison` has a part that is not a match. Decide anew.")
    if label is Label.PARTIALLY_SUPPORTED and ("match" not in statuses or len(statuses) == 1):
        raise UnusableReply(
            "The label is partially_supported, so `comparison` must have a part that is a match and one that is not. "
            "If there are no two such parts, another label is right."
        )
