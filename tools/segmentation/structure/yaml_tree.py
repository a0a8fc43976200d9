"""Reads the plain part of YAML (block mappings and lists, flow values in one line) into trees; no tags, no anchors."""

import re
from collections.abc import Sequence

from probandum.tools.segmentation.structure.json_tree import json_at
from probandum.tools.segmentation.structure.row import Field
from probandum.tools.segmentation.structure.tree import DEEPEST, Node

_KEY = re.compile(
    r"""(?:"([^"]{1,200})"|'([^']{1,200})'|([^\s#:\-\[{"'&*!|>%@`][^:#]{0,200}?|-[^\s:]{1,50}))\s*:(?=\s|$)"""
)
_BLOCK = re.compile(r"[|>][-+]?\d?")
_COMMENT = re.compile(r"\s+#.*$")


def yaml_root(lines: Sequence[Field], text: str) -> Node | None:
    """The tree of a text given in lines; None where a line is of another kind than the plain ones."""
    root = Node("value", "", 0, 0)
    stack: list[tuple[int, bool, Node]] = [(-1, False, root)]
    scalar: tuple[int, Node] | None = None  # a value that goes on in deeper lines
    for line in lines:
        content = line.value.strip()
        if not content or content.startswith(("#", "---", "%")) or content == "...":
            continue
        indent = len(line.value) - len(line.value.lstrip())
        if scalar and indent > scalar[0]:
            _continue(scalar[1], line)
            continue
        scalar = _line(stack, line, indent, text)
        if scalar is None or len(stack) > DEEPEST:
            return None
        for _, _, node in stack:
            node.end = line.start + len(line.value.rstrip())
    if not root.children:
        return None
    root.start = root.at = root.children[0].start
    return root


def _continue(node: Node, line: Field) -> None:
    node.value = f"{node.value} {line.value.strip()}".strip() if len(node.value) < 10_000 else node.value  # noqa: PLR2004
    node.end = line.start + len(line.value.rstrip())


def _line(  # noqa: PLR0911 - one for each sort of line
    stack: list[tuple[int, bool, Node]], line: Field, indent: int, text: str
) -> tuple[int, Node] | None:
    """Take one line in; returns its value and how deep it stands, None where the line cannot be read."""
    rest = _COMMENT.sub("", line.value[indent:]).rstrip()
    while rest == "-" or rest.startswith("- "):
        while stack[-1][0] > indent or (stack[-1][0] == indent and stack[-1][1]):
            stack.pop()
        node = _child(stack[-1][2], "array", "", line.start + indent)
        if node is None:
            return None
        stack.append((indent, True, node))
        if len(stack) > DEEPEST:
            return None
        after = rest[1:].lstrip()
        indent += len(rest) - len(after)
        rest = after
    if not rest:
        return indent, Node("value", "", 0, 0)
    key = _KEY.match(rest)
    if key is None:
        return _item(stack, line, indent, rest)
    while stack[-1][0] >= indent:
        stack.pop()
    node = _child(stack[-1][2], "object", next(filter(None, key.groups())).strip(), line.start + indent)
    if node is None:
        return None
    value = rest[key.end() :].strip()
    node.at = line.start + indent + key.end() + (len(rest) - key.end() - len(rest[key.end() :].lstrip()))
    if not value:
        stack.append((indent, False, node))
        return indent + 1_000_000, node
    return indent, _valued(node, value, text)


def _item(stack: list[tuple[int, bool, Node]], line: Field, indent: int, rest: str) -> tuple[int, Node] | None:
    _, dashed, node = stack[-1]
    if not dashed or node.children or node.value:
        return None
    node.at = line.start + indent
    node.value = rest.strip("\"'")
    return indent - 1, node


def _valued(node: Node, value: str, text: str) -> Node:
    if _BLOCK.fullmatch(value):
        return node
    if value[0] in "[{":
        flow, end = json_at(text, node.at)
        if flow and end <= node.at + len(value):
            node.kind, node.children = flow.kind, flow.children
    if node.kind == "value":
        quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
        node.value = value[1:-1] if quoted else value
    node.end = node.at + len(value)
    return node


def _child(parent: Node, kind: str, key: str, start: int) -> Node | None:
    if parent.value or (parent.children and parent.kind != kind):
        return None
    parent.kind = kind
    node = Node("value", key, start, start, at=start)
    parent.children.append(node)
    return node
