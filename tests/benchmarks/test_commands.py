"""The laboratory from outside: every measurement explains itself, and none of it is in the product."""

import tomllib
from pathlib import Path

import pytest

from benchmarks.__main__ import COMMANDS, main

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_measurement_explains_itself(name, capsys):
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    said = capsys.readouterr().out
    assert ended.value.code == 0
    assert f"usage: benchmarks {name}" in said
    assert f"`benchmarks {name}" in (ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")


def test_an_unknown_measurement_is_told_and_all_are_listed(capsys):
    assert main(["guess"]) == 2
    said = capsys.readouterr()
    assert "'guess'" in said.err
    assert all(name in said.out for name in COMMANDS)


def test_the_product_packages_nothing_of_it():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    assert not [name for name in declared if name.startswith("benchmarks")]
