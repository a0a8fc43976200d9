"""The house rules, proved from the source: who may know whom, and what may stand where."""

import ast
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pytest

ROOT = Path(__file__).parent.parent
# A room may import its own floor and those below it; prompts and tools stand on the ground and know nobody.
BELOW = {
    "prompts": {"prompts"},
    "tools": {"tools"},
    "agent": {"agent", "tools", "prompts"},
    "graphs": {"graphs", "agent", "tools"},
    "probandum": {"probandum", "graphs", "agent", "tools"},
    "benchmarks": {"benchmarks", "probandum", "graphs", "agent", "tools"},
}
# Within a floor the same holds from room to room: each may import itself and those before it.
ROOMS = {
    "agent": (
        (
            "models",
            "report",
            "request",
            "taxonomy",
            "error_types",
            "options",
            "usage",
            "prices",
            "budget",
            "events",
            "workers",
        ),
        ("language",),
        ("evidence",),
        ("claims",),
        ("judges",),
        ("verdicts",),
        ("consolidation",),
        ("review", "verify"),
    ),
    "graphs": (
        ("persistence",),
        ("state", "context"),
        ("claim", "screen", "citations", "review"),
        ("audit",),
        ("run", "stored_audits"),
        ("picture",),
    ),
    "tools": (
        ("errors", "evidence", "source", "redaction"),
        ("segmentation", "readers"),
        ("document_forms", "documents", "folders"),
        ("web", "retrieval", "recording", "wrapped_source"),
        ("cached_source", "recorded_source", "calculator", "cross_examination", "langchain_tool"),
    ),
}
CROWDED = 14
"""A folder of more modules than this is two rooms; a folder of commands is a list, where each is found by its name."""
LISTS = {"probandum/cli"}
LONGEST_FILE, LONGEST_FUNCTION = 300, 60
FILES = sorted(file for room in BELOW for file in (ROOT / room).rglob("*.py") if "build" not in file.parts)
ONLY = {
    "langgraph": ["graphs/"],
    "langchain_openai": [
        "agent/judges/llm/chat/openai_client.py",
        "benchmarks/peers/",
        "benchmarks/speed/service_load.py",
    ],
    "openai": ["agent/judges/llm/chat/", "benchmarks/peers/"],
    "xllamacpp": ["agent/judges/llm/chat/local_model.py"],
    "psycopg": ["graphs/persistence/postgres.py"],
    "bm25s": ["tools/retrieval/index.py"],
    "onnxruntime": ["tools/retrieval/onnx_model.py"],
    "tokenizers": ["tools/retrieval/onnx_model.py", "probandum/testing/samples/onnx_models.py"],
    "inspect_ai": ["probandum/integrations/inspect.py"],
    "typer": ["probandum/cli/"],
    "langgraph_api": ["probandum/service/"],
    "langgraph_sdk": ["probandum/service/", "benchmarks/speed/service_load.py"],
    "starlette": ["probandum/service/"],
    "prometheus_client": ["probandum/service/metrics.py"],
    "pyarrow": ["probandum/batch/"],
    "ray": ["probandum/batch/engines/ray_engine.py"],
    "sklearn": [
        "probandum/bench/metrics.py",
        "probandum/bench/calibration_fit.py",
        "benchmarks/embedded/fit_weights.py",
    ],
}


def place(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def imports(file: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{place(file)}:{node.lineno}: relative import"
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def room(name: str) -> str | None:
    parts = name.split(".")
    if parts[0] == "benchmarks":
        return "benchmarks"
    if parts[0] != "probandum":
        return None
    return parts[1] if len(parts) > 1 and parts[1] in BELOW else "probandum"


@pytest.mark.parametrize("file", FILES, ids=place)
def test_imports_run_downwards_and_through_the_package(file):
    own = place(file).split("/")[0]
    for name, line in imports(file):
        assert name.split(".")[0] not in BELOW.keys() - {"probandum", "benchmarks"}, (
            f"line {line}: bare import of {name}"
        )
        target = room(name)
        assert target is None or target in BELOW[own], f"line {line}: {own} must not know {target}"


@pytest.mark.parametrize("file", FILES, ids=place)
def test_every_library_has_one_room(file):
    for name, line in imports(file):
        allowed = ONLY.get(name.split(".")[0])
        assert allowed is None or any(place(file).startswith(home) for home in allowed), f"line {line}: {name}"


@pytest.mark.parametrize("file", FILES, ids=place)
def test_the_environment_is_read_in_one_place_and_nothing_is_evaluated_or_caught_blindly(file):
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}:
            assert place(file) == "probandum/settings.py", f"line {node.lineno}: environment"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in {"eval", "exec"}, f"line {node.lineno}: {node.func.id}"
        if isinstance(node, ast.ExceptHandler):
            caught = {n.id for n in ast.walk(node.type) if isinstance(n, ast.Name)} if node.type else {"BaseException"}
            assert not caught & {"Exception", "BaseException"}, f"line {node.lineno}: broad except"


def rank(module: str) -> tuple[str, int] | None:
    """The floor of a module, and how far up its room lies there; None where there are no rooms."""
    parts = module.split(".")
    if parts[0] != "probandum" or len(parts) < 3 or parts[1] not in ROOMS:
        return None
    found = [place for place, names in enumerate(ROOMS[parts[1]]) if parts[2] in names]
    assert found, f"{module}: name its room in ROOMS"
    return parts[1], found[0]


@pytest.mark.parametrize("file", FILES, ids=place)
def test_imports_run_one_way_between_rooms(file):
    own = rank(".".join(_dotted(file)))
    for name, line in imports(file) if own else ():
        target = rank(name)
        same_floor = target is not None and target[0] == own[0]
        assert not same_floor or target[1] <= own[1], f"line {line}: {name} is of a room above"


def test_no_folder_is_crowded():
    modules = [file for file in FILES if file.stem != "__init__"]
    count = Counter(place(file.parent) for file in modules if place(file.parent) not in LISTS)
    assert {folder: many for folder, many in count.items() if many > CROWDED} == {}


@pytest.mark.parametrize("file", FILES, ids=place)
def test_files_and_functions_are_short(file):
    text = file.read_text(encoding="utf-8")
    assert text.count("\n") <= LONGEST_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno - node.lineno < LONGEST_FUNCTION, f"line {node.lineno}: {node.name}"


def test_modules_import_each_other_without_cycles():
    names = {".".join(_dotted(file)): file for file in FILES}
    graph = nx.DiGraph()
    for module, file in names.items():
        for name, _ in imports(file):
            for target in (name, name.rpartition(".")[0]):
                if target in names and target != module:
                    graph.add_edge(module, target)
                    break
    # The front door names its rooms lazily; importing it is not importing them.
    graph.remove_nodes_from(["probandum"])
    assert list(nx.simple_cycles(graph)) == []


def test_every_folder_with_code_is_packaged():
    projects = (ROOT / "pyproject.toml", ROOT / "benchmarks" / "pyproject.toml")
    declared = [
        name
        for project in projects
        for name in tomllib.loads(project.read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    ]
    assert {".".join(_dotted(file.parent / "__init__.py")) for file in FILES} == set(declared)


def test_every_file_beside_the_code_is_packaged():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    packages = {name: ROOT / Path(*name.removeprefix("probandum.").split(".")) for name in declared["packages"]}
    packages |= {name: ROOT / Path(*name.split(".")) for name in packages if not packages[name].is_dir()}
    taken = {
        file for name, globs in declared["package-data"].items() for each in globs for file in packages[name].glob(each)
    }
    beside = {
        file for folder in packages.values() for file in folder.iterdir() if file.is_file() and file.suffix != ".py"
    }
    assert beside - taken == set()


def _dotted(file: Path) -> list[str]:
    parts = place(file).removesuffix(".py").removesuffix("/__init__").split("/")
    return parts if parts[0] in {"probandum", "benchmarks"} else ["probandum", *parts]
