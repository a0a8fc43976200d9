"""The words sent to a model: one file per prompt, filled in strictly; what is sent when is decided elsewhere."""

import hashlib
from functools import cache
from importlib.resources import files
from string import Template


@cache
def text(name: str) -> str:
    """The prompt called ``name`` without its header; KeyError where there is none."""
    file = files(__name__) / f"{name}.md"
    if not file.is_file():
        raise KeyError(f"no prompt called {name!r}")
    _, header, body = file.read_text(encoding="utf-8").split("---\n", 2)
    if f"id: {name}\n" not in header:
        raise KeyError(f"prompt {name!r} calls itself something else: {header!r}")
    return body.strip() + "\n"


def fill(name: str, **variables: str) -> str:
    """The prompt with every ``$name`` filled in, once; KeyError names a variable that is missing."""
    return Template(text(name)).substitute(variables)


def sha256(name: str) -> str:
    """Hex digest of the prompt's text."""
    return hashlib.sha256(text(name).encode()).hexdigest()


def example_lines() -> str:
    """The worked examples that come with Probandum: one JSON object per line, domain after domain."""
    shelves = sorted((file for file in files(__name__).iterdir() if file.name.endswith(".jsonl")), key=lambda f: f.name)
    return "".join(file.read_text(encoding="utf-8") for file in shelves)
