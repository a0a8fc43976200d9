"""The contender ContextTrace, which needs no key: its diagnosis of a trace, in the mode that its documentation names.

It is run by the Python of its own environment, so it needs the standard library and ContextTrace alone. It takes
answers from a file and writes for each the claims that it finds, with its verdict and confidence.
"""

import argparse
import json
from pathlib import Path

_OPEN = "unverifiable"


def claims(question: str, context: list[str], response: str) -> list[dict[str, object]]:
    """What it says of each claim that it finds: the text, whether supported (None where it says neither), how sure."""
    from contexttrace import diagnose_payload

    contexts = [{"id": f"c{place}", "text": text} for place, text in enumerate(context)]
    trace = {"query": question or "What is true?", "answer": response, "contexts": contexts}
    found = diagnose_payload(trace, mode="semantic")["rag"]["claims"]
    return [told(claim) for claim in found]


def told(claim: dict[str, object]) -> dict[str, object]:
    """One of its claims: supported or not, None where it says neither, and how likely that makes it supported."""
    verdict, sure = claim["verdict"], float(str(claim["confidence"]))
    supported = None if verdict == _OPEN else verdict == "supported"
    p = 0.5 + sure / 2 if supported else 0.5 - sure / 2
    return {"text": claim["claim"], "supported": supported, "p_supported": p}


def main() -> None:
    """Diagnose the answers of a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("answers", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    with given.out.open("w", encoding="utf-8") as out:
        for line in given.answers.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            told = claims(row["question"], row["context"], row["response"])
            out.write(json.dumps({"id": row["id"], "claims": told}) + "\n")


if __name__ == "__main__":
    main()
