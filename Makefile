# Every target works on a fresh checkout; `make` alone explains them. Measurements are commands of their own:
# .venv/bin/benchmarks lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SHELL := bash
SOURCES := probandum graphs agent tools prompts

.PHONY: help demo test docs picture check wheel-test browser ray fuzz lock locked integrations aegra generated clean
.DEFAULT_GOAL := help

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: $(VENV)/.core ## audit the shipped example; writes the report to out/demo
	$(BIN)/probandum audit examples/answer.md --context examples/leaflet.md \
	  --question "How should Veltrazin be taken, and is it safe?" --out out/demo

test: $(VENV)/.dev ## the tests
	$(BIN)/pytest

docs: $(VENV)/.dev ## the pages of docs/ as a site in build/site; a dead link or a page without a place fails
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

picture: demo $(VENV)/.dev ## draw the pictures of a report in README.md anew, in Chromium
	$(BIN)/python -P examples/picture.py

check: $(VENV)/.dev dist ## lint, format, types over the built wheel and the benchmarks, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	rm -rf build/check && $(BIN)/pip install -q --no-deps --target build/check dist/*.whl ./benchmarks
	cd build/check && MYPYPATH=. ../../$(BIN)/mypy --config-file ../../pyproject.toml -p probandum -p benchmarks | tee mypy.txt
	grep -q "no issues found in $$(find $(SOURCES) benchmarks -name '*.py' -not -path '*/build/*' | wc -l) source files" \
	  build/check/mypy.txt
	$(BIN)/pytest -q tests/test_architecture.py

wheel-test: dist ## the wheel in an empty environment outside the checkout audits the example
	rm -rf build/empty && $(PYTHON) -m venv build/empty && build/empty/bin/pip install -q dist/*.whl
	here=$$PWD && cd $$(mktemp -d) && $$here/build/empty/bin/probandum audit $$here/examples/answer.md \
	  --context $$here/examples/leaflet.md --out report && grep -q '"schema_version"' report/report.json

browser: $(VENV)/.dev ## what the tests of the HTML report need: axe-core; Chromium comes from the system
	mkdir -p build/axe && cd build/axe && npm pack --silent axe-core@4 && tar -xzf axe-core-*.tgz package/axe.min.js

ray: $(VENV)/.dev ## the tests that start a Ray cluster on this machine
	$(BIN)/pytest -q -m ray tests/probandum/batch/test_batch_ray.py

fuzz: $(VENV)/.dev ## nightly: thousands of damaged files of every kind, read under limits of time and memory
	FUZZ=$${FUZZ:-3000} $(BIN)/pytest -q tests/trust/test_readers.py

# What a deployment pins: python -m pip install --require-hashes -r requirements.lock
LOCK := build/tools/bin/uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-header -q \
  $(addprefix --extra ,documents bench calculator excel local mcp verifier parquet postgres providers service traces)

lock: build/tools/.made ## write requirements.lock anew, with the latest releases that pyproject.toml allows
	$(LOCK) --upgrade -o requirements.lock

locked: build/tools/.made ## requirements.lock fits pyproject.toml, and no release in it is known to be vulnerable
	cp requirements.lock build/requirements.lock && $(LOCK) -o build/requirements.lock
	diff requirements.lock build/requirements.lock
	build/tools/bin/pip-audit -r requirements.lock --disable-pip --require-hashes --progress-spinner off --skip-editable \
	  2>&1 | tee build/audit.txt | grep -v "could not be audited"; exit $${PIPESTATUS[0]}
	@echo "$$(grep -c 'could not be audited' build/audit.txt) of $$(grep -c '==' requirements.lock) releases could not be looked up"

build/tools/.made: Makefile
	$(PYTHON) -m venv build/tools && build/tools/bin/pip install -q --disable-pip-version-check 'uv>=0.9' 'pip-audit>=2.9'
	touch $@

# Frameworks that Probandum is used inside of, in an environment of their own.
integrations: build/integrations/.made ## test the evaluator and the scorer against the real LangSmith, openevals, Inspect
	build/integrations/bin/pytest -q tests/integrations

build/integrations/.made: pyproject.toml Makefile
	$(PYTHON) -m venv build/integrations
	build/integrations/bin/pip install -q --disable-pip-version-check 'openevals==0.2.2' langsmith 'inspect_ai>=0.3.200' \
	  'langfuse>=4,<6' 'mlflow>=3.4,<4' 'arize-phoenix-client>=2,<4' 'label-studio-sdk>=2,<3' pytest -e .
	touch $@

# Aegra needs a Python of 3.12 or newer, and Postgres.
PYTHON312 ?= $(firstword $(shell command -v python3.12 python3.13 python3.14) python3)
aegra: build/aegra/.made ## test the graph, its keys and its rules on the real Aegra, two servers on one Postgres
	build/aegra/bin/python -P -m pytest -q tests/aegra

build/aegra/.made: pyproject.toml Makefile
	$(PYTHON312) -m venv build/aegra
	build/aegra/bin/pip install -q --disable-pip-version-check pytest -e '.[aegra]'
	touch $@

generated: $(VENV)/.dev ## make anew what programs write: the graph in docs/how-it-works.md, the JSON Schema of report.json
	$(BIN)/python -P -m probandum.graphs.picture docs/how-it-works.md
	$(BIN)/python -P -m probandum.report.schema probandum/report/report.schema.json

clean: ## remove everything that was made
	rm -rf $(VENV) build dist out *.egg-info benchmarks/build benchmarks/*.egg-info

dist: $(VENV)/.dev $(shell find $(SOURCES) -type f) pyproject.toml README.md
	rm -rf dist build/lib && $(BIN)/python -m build -q --wheel && touch dist

$(VENV)/.core: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check -e .
	touch $@

$(VENV)/.dev: pyproject.toml benchmarks/pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check -e '.[dev]' -e benchmarks
	touch $(VENV)/.core $@
