"""The measurements by name: ``benchmarks`` lists them, ``benchmarks NAME --help`` teaches one."""

import ast
import sys
from importlib import import_module
from pathlib import Path

COMMANDS = {
    "labelled": "quality.labelled",
    "agreement": "quality.agreement",
    "ablation": "embedded.ablation",
    "fit-weights": "embedded.fit_weights",
    "rightness": "embedded.rightness",
    "cascade": "embedded.cascade",
    "extraction": "quality.extraction",
    "retrieval": "quality.retrieval",
    "markers": "quality.markers",
    "loop": "quality.loop",
    "promise": "quality.promise",
    "live": "quality.live",
    "configurations": "quality.configurations",
    "attacks": "quality.attacks",
    "peers": "peers.run",
    "without-key": "peers.without_key",
    "audit-speed": "speed.audit_speed",
    "batch-speed": "speed.batch_speed",
    "wall-time": "speed.wall_time",
    "service-load": "speed.service_load",
    "bounds": "speed.bounds",
    "guard-latency": "speed.guard_latency",
    "service-soak": "speed.service_soak",
    "snapshot": "quality.snapshot",
}


def main(arguments: list[str]) -> int:
    """Run the measurement that is named first; without one, list all."""
    name, *others = arguments or ["--help"]
    if name in COMMANDS:
        import_module(f"benchmarks.{COMMANDS[name]}").main(others)
        return 0
    sys.stdout.write("benchmarks NAME [OPTIONS]    (each has --help)\n\n")
    sys.stdout.writelines(f"  {each:14}{_first_line(module)}\n" for each, module in COMMANDS.items())
    if name in ("-h", "--help"):
        return 0
    sys.stderr.write(f"no measurement is called {name!r}\n")
    return 2


def _first_line(module: str) -> str:
    """What a module says of itself, without importing it."""
    source = Path(__file__).parent.joinpath(*module.split(".")).with_suffix(".py").read_text(encoding="utf-8")
    return (ast.get_docstring(ast.parse(source)) or "").partition("\n")[0]


def entry() -> None:
    """The command ``benchmarks``."""
    sys.exit(main(sys.argv[1:]))


if __name__ == "__main__":
    entry()
