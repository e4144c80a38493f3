# Needs Python 3.11+, make and a package index; nothing else. `make PYTHON=/path/to/python` chooses another Python.
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
REAL_STAMP := $(VENV)/.installed-real
BROWSER_STAMP := $(VENV)/.installed-browser
CHROMIUM ?= $(AIOC_CHROMIUM)
SPECS ?= specs
PYTEST = $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile
LONG := browser ci clients docs mutation packaging readers recorded sdk threats
# One version of each package of dev and real, checked by hash: what CI uses (LOCK=scripts/requirements-ci.txt).
LOCK ?=
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check
SERVERS ?= llama.cpp
SET_UPS_llama.cpp ?= default embeddings mmproj api-key no-jinja reranking router small-ctx clients
SET_UPS_ollama ?= default think clients
SET_UPS_litellm ?= llama.cpp api-key
SET_UPS_mlx-lm ?= default deadly
SET_UPS_transformers-serve ?= default ondemand deadly
SET_UPS_vllm ?= default plain embed

# A name on the PATH may be a shim without a Python behind it: only one that runs, and can make a venv, counts.
find_python = for p in python3.15 python3.14 python3.13 python3.12 python3.11 python3 python; do \
	  "$$p" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; \
	done

.PHONY: help venv run test test-long lint types house bench mutate killers catalogue-report overlays evidence pages browser readers clients threats lowest newest real ci clean

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile

venv: $(STAMP) ## Make the virtual environment

$(STAMP): pyproject.toml hatch_build.py
	@python="$(PYTHON)"; [ -n "$$python" ] || python=$$($(find_python)); \
	[ -n "$$python" ] || { echo "aioc needs Python 3.11 or newer with venv and ensurepip; none found. Say make PYTHON=/path/to/python3.x" >&2; exit 1; }; \
	[ -x "$(BIN)/python" ] || "$$python" -m venv "$(VENV)"
	$(if $(LOCK),$(PIP) --require-hashes -r $(LOCK) && $(PIP) --no-deps --no-build-isolation -e .,$(PIP) -e '.[dev]')
	@touch $@

$(REAL_STAMP): $(STAMP)
	$(if $(LOCK),,$(PIP) -e '.[dev,real]')
	@touch $@

$(BROWSER_STAMP): $(STAMP)
	$(PIP) -e '.[dev,browser]'
	@touch $@

run: $(STAMP) ## Run the catalogue against the embedded reference server
	$(BIN)/aioc-run --server reference

test: $(STAMP) ## Run the quick tests (a minute or two)
	$(PYTEST) tests $(LONG:%=--ignore=tests/%)

test-long: $(STAMP) ## Run the others: mutants, recordings, documents, packages, threats, the SDK (minutes)
	$(PYTEST) $(LONG:%=tests/%)

lint: $(STAMP) ## Check style, formatting and the catalogue
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/aioc lint $(SPECS)

types: $(STAMP) ## Check types
	$(BIN)/mypy

house: $(STAMP) ## Measure the house: modules, lines, cycles, what nobody uses, what stands twice
	$(BIN)/python -m scripts.house

threats: $(STAMP) ## Run the tests of every threat and print threat, tests, what was measured (AIOC_TORTURE=all: every call)
	$(BIN)/python -m tests.threats.report

lowest: $(STAMP) ## Run the quick tests with the lowest versions of the dependencies (minutes; needs a package index)
	scripts/dependencies.sh lowest $(BIN)/python

newest: $(STAMP) ## Run the quick tests with the newest versions of the dependencies (minutes; needs a package index)
	scripts/dependencies.sh newest $(BIN)/python

bench: $(STAMP) ## Measure what aioc costs beside the least that its libraries cost (minutes; hurl and a real llama-server if there)
	$(BIN)/python -m benchmarks

mutate: $(STAMP) ## Break every answer in every way and tell what nothing notices, by topic (minutes)
	$(BIN)/python -m tests.mutation.report

killers: $(STAMP) ## Write down anew which mutant kills which check (tests/mutation/killers.json): the tests try it first
	AIOC_RENEW_KILLERS=1 $(BIN)/python -m pytest -q -p no:xdist tests/mutation/test_mutation.py -k every_check_is_killed

catalogue-report: $(REAL_STAMP) ## Measure the catalogue: rows, coverage, mutants, real bugs, false alarms, stability (an hour; AIOC_EVERY=10: minutes)
	scripts/real/get_llama_server.sh .aioc-real/llama.cpp
	$(BIN)/python -m tests.catalogue.report

real: $(REAL_STAMP) ## Run the catalogue against real servers in each set-up (Debian, root; SERVERS="llama.cpp ollama litellm mlx-lm transformers-serve vllm")
	@code=0; for pair in $(foreach server,$(SERVERS),$(foreach set_up,$(SET_UPS_$(server)),$(server)/$(set_up))); do \
	  PYTHON="$(BIN)/python" scripts/real/check.sh "$${pair%%/*}" "$${pair#*/}" || { code=$$?; echo "$$pair: exit code $$code" >&2; }; \
	done; exit $$code

overlays: $(STAMP) ## Judge the recorded servers with their overlays: server, version, verdicts, differences
	$(BIN)/python -m tests.recorded.report

evidence: $(STAMP) ## Keep what the pages need of the journals in .aioc-real/reports (SERVERS) and of the recordings
	@for server in $(SERVERS); do set --; \
	  for journal in .aioc-real/reports/"$$server"-*.jsonl; do [ ! -f "$$journal" ] || set -- "$$@" --from "$$journal"; done; \
	  [ $$# -eq 0 ] || $(BIN)/aioc page "$$server" "$$@" --keep >/dev/null || exit; \
	done
	$(BIN)/python -m tests.recorded.evidence

pages: $(STAMP) ## Write what is made in docs/ anew: the pages from specs/ and the evidence kept, tables, the picture
	$(BIN)/aioc page --all
	$(BIN)/python -m scripts.docs.make

browser: $(BROWSER_STAMP) ## Open the HTML report in a headless Chromium (Debian and root, or CHROMIUM=/path/to/chromium)
	@[ -n "$(CHROMIUM)" ] || scripts/real/get_chromium.sh .aioc-real/chromium
	AIOC_BROWSER=1 AIOC_CHROMIUM="$(CHROMIUM)" $(BIN)/python -m pytest tests/browser

readers: $(STAMP) ## Let readers of JUnit from npm read ours (node 20 and npm)
	tests/readers/get.sh .aioc-real/readers
	AIOC_READERS=1 $(BIN)/python -m pytest tests/readers

clients: $(STAMP) ## Drive real clients from PyPI and npm against broken answers: what their files say is seen (minutes; node 20 and npm)
	PYTHON="$(BIN)/python" tests/clients/get.sh .aioc-real/clients
	$(BIN)/python -m tests.clients

ci: ## What CI runs
	.ci/run

clean: ## Remove what was made here
	rm -rf $(VENV) .aioc-real build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
