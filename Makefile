# Every target works on a fresh checkout; `make` alone explains them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCES := probandum graphs agent tools prompts
DATA ?= ../shared/data/dev

.PHONY: help demo test check wheel-test bench live cascade ablation speed batch-speed wall kill loop retrieval extraction ray attacks cross peers peers-live integrations aegra labels promise fit picture schema browser clean
.DEFAULT_GOAL := help

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: $(VENV)/.core ## audit the shipped example; writes the report to out/demo
	$(BIN)/probandum audit examples/answer.md --context examples/leaflet.md \
	  --question "How should Veltrazin be taken, and is it safe?" --out out/demo

test: $(VENV)/.dev ## the tests
	$(BIN)/pytest

check: $(VENV)/.dev dist ## lint, format, types over the built wheel, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	rm -rf build/check && $(BIN)/pip install -q --no-deps --target build/check dist/*.whl
	cd build/check && MYPYPATH=. ../../$(BIN)/mypy --config-file ../../pyproject.toml -p probandum | tee mypy.txt
	grep -q "no issues found in $$(find $(SOURCES) -name '*.py' | wc -l) source files" build/check/mypy.txt
	$(BIN)/pytest -q tests/test_architecture.py

wheel-test: dist ## the wheel in an empty environment outside the checkout audits the example
	rm -rf build/empty && $(PYTHON) -m venv build/empty && build/empty/bin/pip install -q dist/*.whl
	here=$$PWD && cd $$(mktemp -d) && $$here/build/empty/bin/probandum audit $$here/examples/answer.md \
	  --context $$here/examples/leaflet.md --out report && grep -q '"schema_version"' report/report.json

# Human-labelled answers and claims with a context, converted to the one format that `probandum bench` reads.
LABELLED := summeval qags_cnndm qags_cnndm_sent qags_xsum faithbench ragtruth_qa cliff xsumfaith bump defacto storysumm \
  storysumm_sent summedits dialsummeval faceval wice wice_oracle begin faithdial_audit q2_wow expertqa attributionbench \
  factcheckgpt_stance factscore_ctx_claims factscore_ctx_response fever_symmetric healthver averitec_dev anli_annotated

bench: $(VENV)/.dev ## measure the embedded judge on the labelled files in DATA; writes out/bench
	$(BIN)/probandum bench $(LABELLED:%=$(DATA)/%.jsonl) --judge embedded --baseline --out out/bench

live: $(VENV)/.dev ## measure the language model MODEL at OPENAI_BASE_URL; goes on where it was stopped
	$(BIN)/python -P -m benchmarks.live --judge openai:$(MODEL) --out out/live-$(MODEL) --example $(LIVE) \
	  $(DATA)/qags_cnndm_sent.jsonl $(DATA)/wice_oracle.jsonl --table $(DATA)/qags_cnndm_sent.jsonl

cascade: $(VENV)/.core ## measure the screen before a paid judge on the labelled files in DATA
	$(BIN)/python -P -m benchmarks.cascade $(LABELLED:%=$(DATA)/%.jsonl) $(DATA)/fib_xsum.jsonl $(DATA)/fib_cnndm.jsonl

ablation: $(VENV)/.dev ## measure what each kind of difference is worth, and the judge beside the lexical features
	$(BIN)/python -P -m benchmarks.ablation $(LABELLED:%=$(DATA)/%.jsonl)

attacks: $(VENV)/.dev ## measure how often MODEL at OPENAI_BASE_URL is talked round; goes on where it was stopped
	$(BIN)/python -P -m benchmarks.attacks tests/trust/attacks.jsonl --judge openai:$(MODEL) --out out/attacks-$(MODEL) $(LIVE)

cross: $(VENV)/.dev ## measure MODEL on claims without a reference by asking it what it knows; goes on likewise
	$(BIN)/python -P -m benchmarks.live --judge openai:$(MODEL) --out out/cross-$(MODEL) --cross-examine --rows 60 \
	  --few-shot off --max-rounds 1 --steps-per-round 0 $(LIVE) $(DATA)/factbench_claims.jsonl

loop: $(VENV)/.dev ## measure what re-checking is worth where the context has to be found; LIVE for a model
	$(BIN)/python -P -m benchmarks.loop $(LIVE) $(DATA)/wice.jsonl $(DATA)/factscore_ctx_claims.jsonl \
	  --among $(DATA)/factscore_ctx_response.jsonl $(DATA)/ragtruth_qa.jsonl $(DATA)/faithbench.jsonl $(DATA)/cliff.jsonl \
	  $(DATA)/summeval.jsonl $(DATA)/xsumfaith.jsonl

# Peers live in environments of their own; ragas is installed with versions that it can be imported with.
PEERS := build/peers
peers: $(VENV)/.dev $(PEERS)/.ragas $(PEERS)/.deepeval $(PEERS)/.openevals ## the same answers to the same scripted endpoint
	$(BIN)/python -P -m benchmarks.peers.run --envs $(PEERS) --out out/peers

peers-live: $(VENV)/.dev $(PEERS)/.ragas $(PEERS)/.deepeval $(PEERS)/.openevals ## the same rows to MODEL at OPENAI_BASE_URL; goes on
	$(BIN)/python -P -m benchmarks.peers.run --envs $(PEERS) --out out/peers-$(MODEL) --live $(OPENAI_BASE_URL) $(MODEL) \
	  $(LIVE) $(DATA)/qags_cnndm.jsonl $(DATA)/wice_oracle.jsonl $(DATA)/ragtruth_qa.jsonl

$(PEERS)/.ragas: PACKAGES := 'ragas==0.4.3' 'instructor>=1.13' 'langchain-community<0.4'
$(PEERS)/.deepeval: PACKAGES := 'deepeval==4.3.1'
$(PEERS)/.openevals: PACKAGES := 'openevals==0.2.2' langchain-openai
$(PEERS)/.%: Makefile
	$(PYTHON) -m venv $(PEERS)/$* && $(PEERS)/$*/bin/pip install -q --disable-pip-version-check $(PACKAGES) && touch $@

retrieval: $(VENV)/.dev ## measure how often a search finds the right document, with the embedding model EMBEDDINGS and without
	$(BIN)/python -P -m benchmarks.retrieval $(DATA)/wice.jsonl $(DATA)/factscore_ctx_claims.jsonl \
	  --embeddings $(EMBEDDINGS) --among $(DATA)/factscore_ctx_response.jsonl $(DATA)/ragtruth_qa.jsonl \
	  $(DATA)/faithbench.jsonl $(DATA)/cliff.jsonl $(DATA)/summeval.jsonl $(DATA)/xsumfaith.jsonl

TYPED := ragtruth_qa defacto aggrefact_unified_errors breaking_nli bump faceval summedits
labels: $(VENV)/.dev ## measure labels, error types, calibration and stability of the embedded judge
	$(BIN)/probandum bench $(DATA)/factcheckgpt_stance.jsonl $(DATA)/wice_oracle.jsonl --all --out out/labels
	$(BIN)/probandum bench $(TYPED:%=$(DATA)/%.jsonl) --limit 400 --all --out out/typed
	$(BIN)/probandum bench $(DATA)/factcheckgpt_stance.jsonl $(DATA)/wice_oracle.jsonl $(DATA)/ragtruth_qa.jsonl \
	  $(DATA)/defacto.jsonl $(DATA)/bump.jsonl $(DATA)/faceval.jsonl --limit 30 --repeat 3 --all --out out/repeat

CLAIMED := attributionbench factscore_ctx_claims qags_cnndm_sent qags_xsum healthver cliff fever_symmetric expertqa
promise: $(VENV)/.dev ## try the promise of `calibrate --max-false-support` on labelled files
	$(BIN)/probandum bench $(DATA)/begin.jsonl --limit 800 --out out/begin
	$(BIN)/probandum bench $(CLAIMED:%=$(DATA)/%.jsonl) --limit 120 --out out/claims
	$(BIN)/python -P -m benchmarks.promise out/begin out/claims --fit begin --share 0.2

# Frameworks that Probandum is used inside of, in an environment of their own.
integrations: build/integrations/.made ## test the evaluator and the scorer against the real LangSmith, openevals, Inspect
	build/integrations/bin/pytest -q tests/integrations

build/integrations/.made: pyproject.toml Makefile
	$(PYTHON) -m venv build/integrations
	build/integrations/bin/pip install -q --disable-pip-version-check 'openevals==0.2.2' langsmith 'inspect_ai>=0.3.200' pytest -e .
	touch $@

# Aegra needs a Python of 3.12 or newer, and Postgres.
PYTHON312 ?= $(firstword $(shell command -v python3.12 python3.13 python3.14) python3)
aegra: build/aegra/.made ## test the graph, its keys and its rules on the real Aegra, two servers on one Postgres
	build/aegra/bin/python -P -m pytest -q tests/aegra

build/aegra/.made: pyproject.toml Makefile
	$(PYTHON312) -m venv build/aegra
	build/aegra/bin/pip install -q --disable-pip-version-check pytest -e '.[aegra]'
	touch $@

extraction: $(VENV)/.core ## measure how JUDGE (embedded, or openai:MODEL) takes answers apart, beside claims of people
	$(BIN)/python -P -m benchmarks.extraction --judge $(or $(JUDGE),embedded) \
	  $(DATA)/refchecker.jsonl $(DATA)/factscore_claims.jsonl

speed: $(VENV)/.core ## time the embedded judge on made-up text
	$(BIN)/python -P -m benchmarks.speed

kill: $(VENV)/.dev ## kill -9 one audit at twenty random moments, kept in SQLite and in Postgres; prints the calls
	$(BIN)/pytest -q -s tests/graphs/test_kill.py

batch-speed: $(VENV)/.core ## time a batch of 2,000 answers on made-up text, and watch its memory
	$(BIN)/python -P -m benchmarks.batch_speed

wall: $(VENV)/.core ## time audits against an endpoint that takes a second per call
	$(BIN)/python -P -m benchmarks.wall

service: $(VENV)/.dev ## time fifty clients of the service beside bare calls to the same model
	$(BIN)/python -P -m benchmarks.service_load

fit: $(VENV)/.dev ## fit the embedded judge's weights on the labelled files in DATA
	$(BIN)/python -P -m benchmarks.fit_weights $(DATA) --out agent/embedded/weights.json

picture: $(VENV)/.dev ## draw the graph into README.md
	$(BIN)/python -P -m probandum.graphs.picture README.md

schema: $(VENV)/.dev ## write the JSON Schema of report.json
	$(BIN)/python -P -m probandum.report.schema probandum/report/report.schema.json

ray: $(VENV)/.dev ## the tests that start a Ray cluster on this machine
	$(BIN)/pytest -q -m ray tests/probandum/batch/test_batch_ray.py

browser: $(VENV)/.dev ## what the tests of the HTML report need: axe-core; Chromium comes from the system
	mkdir -p build/axe && cd build/axe && npm pack --silent axe-core@4 && tar -xzf axe-core-*.tgz package/axe.min.js

dist: $(VENV)/.dev $(shell find $(SOURCES) -type f) pyproject.toml README.md
	rm -rf dist build/lib && $(BIN)/python -m build -q --wheel && touch dist

$(VENV)/.core: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check -e .
	touch $@

$(VENV)/.dev: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check -e '.[dev]'
	touch $(VENV)/.core $@

clean: ## remove everything that was made
	rm -rf $(VENV) build dist out *.egg-info
