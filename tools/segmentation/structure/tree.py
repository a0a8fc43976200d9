"""A tree of objects, lists and values with spans, and the rows that it is told in; what writes it is read elsewhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from probandum.tools.segmentation.structure.row import MOST_CELLS, Cell, Row, bare, is_numeric, unit_of, words

DEEPEST = 64
"""What lies deeper in a tree than this is kept as the text that it is."""
_LONG_KEY = 200


@dataclass(slots=True)
class Node:
    """An object, a list or a value; ``[start, end)`` in characters of the text, from its key on where it has one."""

    kind: str
    """``object``, ``array`` or ``value``."""
    key: str
    start: int
    end: int
    value: str = ""
    at: int = 0
    """Where the value itself begins, after its key."""
    children: list["Node"] = field(default_factory=list)


def tree_rows(roots: Sequence[Node]) -> Iterator[Row]:
    """The rows of trees in the order of the text; an object of values is one, whatever it lies in."""
    if len(roots) == 1:
        yield from _rows(roots[0], "")
        return
    for place, root in enumerate(roots):
        yield from _rows(root, "", name=_own_name(root) or f"[{place}]")


def _rows(node: Node, path: str, *, name: str = "") -> Iterator[Row]:
    if node.kind == "value":
        column = path.rpartition(".")[2] if path else ""
        yield _piece(name, [(column, node)], path)
    elif node.kind == "array":
        yield from _array(node, path)
    else:
        yield from _object(node, path, name)


def _array(node: Node, path: str) -> Iterator[Row]:
    if not node.children:
        return
    if _is_plain(node):
        yield _piece("", [(path.rpartition(".")[2], node)], path.rpartition(".")[0])
        return
    for at, child in enumerate(node.children):
        own = _own_name(child) or f"{path}[{at}]"
        inside = path if child.kind == "object" else f"{path}[{at}]"
        yield from _rows(child, inside, name=own)


def _object(node: Node, path: str, name: str) -> Iterator[Row]:
    """One row for the values of an object; what is nested deeper follows in its place and parts the row."""
    own = _own_name(node)
    named = name or own or path
    is_map = bool(node.children) and all(child.kind == "object" for child in node.children)
    told: list[tuple[str, Node]] = []
    parted = False
    for child in node.children:
        leaves = [] if is_map else _leaves(child)
        if told and (not leaves or len(told) + len(leaves) > MOST_CELLS):
            yield _piece(named, told, path)
            told = []
        parted = parted or not leaves or (bool(told) is False and child is not node.children[0])
        told += leaves
        if not leaves:
            inside = path if is_map else f"{path}.{child.key}" if path else child.key
            yield from _rows(child, inside, name=child.key if is_map else "")
    if told:
        piece = _piece(named, told, path)
        yield piece if parted else piece._replace(start=node.start, end=node.end)


def _leaves(node: Node) -> list[tuple[str, Node]]:
    """The values that a member of an object gives to its row; none where it has to be told by itself."""
    if node.kind == "value" or _is_plain(node):
        return [(node.key, node)]
    if node.kind == "object" and 0 < len(node.children) <= MOST_CELLS:
        inner = [(f"{node.key}.{child.key}", child) for child in node.children]
        if all(child.kind == "value" or _is_plain(child) for _, child in inner):
            return inner
    return []


def _is_plain(node: Node) -> bool:
    return node.kind == "array" and all(child.kind == "value" for child in node.children)


def _own_name(node: Node) -> str:
    """What an object is called: its name, title, model, tool, else its first value that is words."""
    if node.kind != "object":
        return ""
    texts = [child for child in node.children if child.kind == "value" and child.value]
    for list_name in ("tools", "names", "ids"):
        for child in texts:
            if child.key.lower() in words(list_name):
                return bare(child.value)
    first = texts[0] if texts else None
    plain = first and not is_numeric(first.value) and first.value.lower() not in _LITERALS
    return bare(first.value) if first and plain and len(first.value) <= _LONG_KEY and len(texts) > 1 else ""


_LITERALS = frozenset({"true", "false", "null", "none", "yes", "no", "ok", "error"})


def _piece(name: str, told: Sequence[tuple[str, Node]], path: str) -> Row:
    cells = tuple(_cell(column, node) for column, node in told)
    start, end = min(node.start for _, node in told), max(node.end for _, node in told)
    return Row(start, end, name, cells, path)


def _cell(column: str, node: Node) -> Cell:
    value = ", ".join(child.value for child in node.children) if node.kind == "array" else node.value
    shown = " ".join(value.split())
    return Cell(column, unit_of(column, shown), shown, node.at, node.end)
