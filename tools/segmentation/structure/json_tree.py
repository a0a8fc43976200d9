"""Reads JSON, JSON Lines and Python's way of writing the same into trees with spans; their rows are made elsewhere."""

import json
import re

from probandum.tools.evidence import well_formed
from probandum.tools.segmentation.structure.tree import DEEPEST, Node

_TOKEN = re.compile(
    r"""(?P<string>"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+')|(?P<mark>[{}\[\],:])"""
    r"""|(?P<bare>[^\s{}\[\],:"']+)""",
    re.DOTALL,
)
_SPACE = re.compile(r"\s*")
_LITERAL = re.compile(
    r"[-+]?(?:\d[\d_]*\.?\d*(?:[eE][-+]?\d+)?|Infinity)|true|false|null|True|False|None|NaN|undefined"
)
_IDENTIFIER = re.compile(r"[A-Za-z_$][\w$-]*")
_CLOSES = {"}": "object", "]": "array"}


class _Reader:
    """Builds the tree token by token with a stack of its own, so that depth costs no recursion."""

    def __init__(self, text: str, start: int, *, open_ended: bool) -> None:
        self.text, self.at, self.open_ended = text, start, open_ended
        self.roots: list[Node] = []
        self.stack: list[Node] = []
        self.key: tuple[str, int] | None = None
        self.colon = False
        self.last = start
        self.deeper = 0

    def read(self, *, first_only: bool) -> bool:
        """Whether what stands here is JSON; with ``first_only`` up to the end of the first value."""
        while True:
            space = _SPACE.match(self.text, self.at)
            self.at = space.end() if space else self.at
            token = _TOKEN.match(self.text, self.at)
            if token is None or not self._take(token):
                at_end = token is None and self.at == len(self.text)
                return at_end and bool(self.roots) and (self.open_ended or (not self.stack and self.key is None))
            self.at = token.end()
            if first_only and not self.stack and not self.deeper:
                return True

    def _take(self, token: re.Match[str]) -> bool:
        if self.deeper:
            return self._skip(token)
        mark = token["mark"]
        if mark is None:
            return self._scalar(token)
        if mark in "{[":
            return self._open(token.start(), "object" if mark == "{" else "array")
        if mark in "}]":
            return self._close(token.end(), _CLOSES[mark])
        if mark == ":":
            expected, self.colon = self.key is not None and not self.colon, True
            return expected
        return self.key is None and (bool(self.stack) or self.open_ended)

    def _skip(self, token: re.Match[str]) -> bool:
        """Pass over what lies too deep; it becomes one value."""
        self.deeper += {"{": 1, "[": 1, "}": -1, "]": -1}.get(token["mark"] or "", 0)
        if self.deeper == 0:
            node = self.stack[-1].children[-1]
            node.end = token.end()
            node.value = self.text[node.at : min(node.end, node.at + 500)]
        return True

    def _open(self, start: int, kind: str) -> bool:
        if not self._may_hold():
            return False
        if len(self.stack) >= DEEPEST:
            self._add(Node("value", "", start, start + 1, self.text[start], start))
            self.deeper = 1
            return True
        node = Node(kind, "", start, len(self.text), at=start)
        self._add(node)
        self.stack.append(node)
        return True

    def _close(self, end: int, kind: str) -> bool:
        if not self.stack:
            return self.open_ended and bool(self.roots)
        if self.stack[-1].kind != kind or self.key is not None:
            return False
        self.stack.pop().end = end
        return True

    def _scalar(self, token: re.Match[str]) -> bool:
        text = token.group()
        if self.stack and self.stack[-1].kind == "object" and self.key is None:
            if token["string"] is None and not _IDENTIFIER.fullmatch(text):
                return False
            self.key, self.colon = (_plain(text), token.start()), False
            return True
        if not self.stack or not self._may_hold() or (token["string"] is None and not _LITERAL.fullmatch(text)):
            return False
        self._add(Node("value", "", token.start(), token.end(), _plain(text), token.start()))
        return True

    def _may_hold(self) -> bool:
        return not self.stack or self.stack[-1].kind == "array" or (self.key is not None and self.colon)

    def _add(self, node: Node) -> None:
        if self.key is not None:
            node.key, node.start = self.key
            self.key, self.colon = None, False
        (self.stack[-1].children if self.stack else self.roots).append(node)


def _plain(text: str) -> str:
    if text[0] not in "\"'":
        return text
    if text[0] == '"' and "\\" in text:
        try:
            return well_formed(str(json.loads(text, strict=False)))
        except ValueError:
            return text[1:-1]
    return text[1:-1]


def json_roots(text: str, start: int = 0, *, open_ended: bool = True) -> list[Node]:
    """The values that a text from ``start`` on is made of; empty where it is anything but objects and lists.

    ``open_ended`` takes a piece cut out of a longer one: what is not closed at the end, and what closes too much.
    """
    reader = _Reader(text, start, open_ended=open_ended)
    return _closed(reader) if reader.read(first_only=False) else []


def json_at(text: str, start: int) -> tuple[Node | None, int]:
    """The object or list that begins at ``start``, or None; and how far the text was looked at."""
    reader = _Reader(text, start, open_ended=False)
    found = reader.read(first_only=True) and reader.roots and reader.roots[0].kind != "value"
    # A quote that is never closed was looked for up to the end of the text.
    looked = len(text) if not found and text[reader.at : reader.at + 1] in ("'", '"') else reader.at
    return (reader.roots[0] if found else None), max(looked, start + 1)


def _closed(reader: _Reader) -> list[Node]:
    """The trees, those left open ending where their last value does."""
    for node in reversed(reader.stack):
        node.end = node.children[-1].end if node.children else node.at + 1
    return reader.roots
