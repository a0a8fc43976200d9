"""What the labels of labelled files mean in Probandum's own words; data, and nothing that measures."""

from collections.abc import Mapping

from probandum.agent.taxonomy import Label

MEANS: Mapping[str, Mapping[str, Label]] = {
    "wice": {
        "supported": Label.SUPPORTED,
        "partially_supported": Label.PARTIALLY_SUPPORTED,
        "not_supported": Label.ABSENT,
    },
    "factcheckgpt_stance": {
        "completely-support": Label.SUPPORTED,
        "partially-support": Label.PARTIALLY_SUPPORTED,
        "refute": Label.CONTRADICTED,
        "irrelevant": Label.ABSENT,
    },
    "anli_annotated": {
        "entailment": Label.SUPPORTED,
        "neutral": Label.ABSENT,
        "contradiction": Label.CONTRADICTED,
    },
    "healthver": {"Supports": Label.SUPPORTED, "Neutral": Label.ABSENT, "Refutes": Label.CONTRADICTED},
    "fever_symmetric": {"SUPPORTS": Label.SUPPORTED, "REFUTES": Label.CONTRADICTED},
    "factscore_ctx_claims": {"S": Label.SUPPORTED, "NS": Label.ABSENT},
}
"""By data set. A file whose labels do not tell absent from contradicted has both as absent."""
_SAME = {"wice_oracle": "wice"}


def label(dataset: str | None, given: str | None) -> Label | None:
    """The label that people gave; None where the file's are not known here."""
    return MEANS.get(_SAME.get(dataset or "", dataset or ""), {}).get(given or "")


def as_people_say(dataset: str | None, found: Label) -> Label:
    """A judge's label among those that the people of a data set could choose from."""
    choices = set(MEANS.get(_SAME.get(dataset or "", dataset or ""), {}).values())
    if found in choices:
        return found
    if found is Label.PARTIALLY_SUPPORTED and Label.ABSENT not in choices:
        return Label.CONTRADICTED
    return Label.ABSENT if Label.ABSENT in choices else found
