# Two commands do everything: `make demo` and `make test`. `make help` lists the rest.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEMO := .cache/demo
DIST := .cache/wheel

.DEFAULT_GOAL := help

help: ## List what can be made.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

# torch is asked for in the same constraints as the rest: a looser range would pull a CUDA build of gigabytes.
$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed")'
	@echo 'installing into $(VENV), about 1.5 GB: some minutes, and quiet while it lasts'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $(STAMP)

env: $(STAMP) ## Make the environment in .venv.

demo: $(STAMP) ## Index the sample letters and serve them on loopback.
	@$(BIN)/imr demo --folder $(DEMO)

test: $(STAMP) ## Run the whole suite.
	@$(BIN)/python -m pytest -n 2 --dist loadfile

$(VENV)/.browser: $(STAMP)
	$(BIN)/pip install --quiet --constraint constraints.txt axe-playwright-python playwright
	@touch $@

browser: $(VENV)/.browser ## Drive the pages in Debian's chromium (apt-get install chromium); pictures go to .cache/browser.
	@$(BIN)/python -m pytest tests/browser

$(VENV)/.cluster: $(STAMP)
	$(BIN)/pip install --quiet --constraint constraints.txt ray
	@touch $@

cluster: $(VENV)/.cluster ## Kill a node of a Ray cluster while it embeds.
	@$(BIN)/python -m pytest tests/integration/indexing/test_ray.py

check: $(STAMP) ## Lint, format and type checks.
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

bench: $(STAMP) ## Long measurements: reading, retrieval, understanding, quotes, embedding, the index at scale, latency; .cache/bench holds the reports.
	@$(BIN)/python -m eval.letters.fuzz 5000
	@$(BIN)/python -m eval.letters.accuracy
	@$(BIN)/imr index ../shared/letters ../shared/seeds --index .cache/real
	@$(BIN)/imr eval ../shared/benchmark --index .cache/real --system all --report .cache/bench/shared
	@$(BIN)/imr eval eval/questions/tuning --index .cache/real --system all --report .cache/bench/questions
	@$(BIN)/imr eval eval/questions/tuning --index .cache/real --ablation
	@$(BIN)/python -m eval.requests.wordings --benchmark ../shared/benchmark --out .cache/bench/wordings --every 6
	@$(BIN)/imr eval .cache/bench/wordings --index .cache/real --system full
	@$(BIN)/python -m eval.requests.score eval/requests/requests.jsonl
	@$(BIN)/python -m eval.marks.deciding --index .cache/real
	@$(BIN)/python -m eval.marks.reasons --index .cache/real
	@$(BIN)/python -m eval.bench.words --size 300000 --out .cache/bench/words
	@$(BIN)/python -m eval.bench.embedding --out .cache/bench
	@rm -rf .cache/faults && for how in 'boundaries 1' 'full 1' 'moments 200'; do $(BIN)/python -m tests.support.interrupted $$how .cache/faults/letters ".cache/faults/$${how% *}"; done
	@for kind in 'first 1' 'change 1' 'model 1' 'server 10'; do $(BIN)/python -m tests.support.interrupted_engine $$kind .cache/faults/letters ".cache/faults/engine-$${kind% *}"; done
	@$(BIN)/python -m tests.support.interrupted_model 10 .cache/faults/samples .cache/faults/model
	@$(BIN)/python -m eval.bench.postgres --size 100000 --out .cache/bench/postgres
	@$(BIN)/python -m eval.bench.scale --index .cache/real --out .cache/bench/scale --sizes 10000 100000 1000000
	@$(BIN)/python -m eval.latency --index .cache/real ../shared/benchmark
	@$(BIN)/python -m eval.bench.vectors --index .cache/real --out .cache/bench/vectors
	@$(BIN)/python -m pytest tests/integration/web/test_openapi.py -q --timeout 0 --hypothesis-profile=explore

wheel: $(STAMP) ## Build the wheel, install it into a clean environment, run it outside the repository.
	@rm -rf $(DIST)
	$(BIN)/python -m build --wheel --outdir $(DIST) .
	$(PYTHON) -m venv $(DIST)/venv
	$(DIST)/venv/bin/pip install --quiet --constraint constraints.txt $(DIST)/*.whl
	cd / && sh $(CURDIR)/.ci/try_wheel $(CURDIR)/$(DIST)

clean: ## Remove what was made: environment, caches, demo.
	rm -rf $(VENV) .cache build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

.PHONY: help env demo test cluster browser check bench wheel clean
