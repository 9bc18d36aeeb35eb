# Every target makes what it needs: a fresh clone and `make test` are enough.
# The environment is .venv/, from requirements/dev.lock; it is made once and again only when a lock file
# or pyproject.toml changes. Nothing outside this folder is touched, except by `make browser`.

SHELL := /bin/sh
MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
PAGET := $(BIN)/paget
READY := $(VENV)/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -qq

# Another active environment must not leak into ours.
unexport VIRTUAL_ENV PYTHONHOME PYTHONPATH

PYTEST := $(BIN)/python -m pytest
WORKERS ?= auto
TESTS ?= tests

##@ Use

.PHONY: help
help: ## List these targets
	@awk 'BEGIN {FS = ":.*## "} \
	  /^##@ / {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z][a-z-]*:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: brief
brief: $(READY) ## Make the board brief of the example case and open it
	@mkdir -p build
	@$(PAGET) brief --example --output build/brief.html --open

.PHONY: schema
schema: $(READY) ## Write the JSON schemas of cases and knowledge files into build/, for editors
	@mkdir -p build
	@$(PAGET) schema --output build/case.schema.json
	@$(PAGET) knowledge schema --output build/knowledge.schema.json

.PHONY: docs-findings
docs-findings: $(READY) ## Write the page of each finding into docs/findings/
	@$(BIN)/python -m paget.assessment.pages docs/findings

.PHONY: docs-figures
docs-figures: $(READY) ## Draw the pictures of docs/figures.md, by its own lines
	@$(BIN)/python docs/images/figures.py

##@ Test

.PHONY: test
test: $(READY) ## Run the tests (TESTS=tests/spec for a part, WORKERS=0 for one process)
	@$(PYTEST) -q -n $(WORKERS) -m "not load" $(TESTS)

.PHONY: test-load
test-load: $(READY) ## Run the load tests, one at a time
	@$(PYTEST) -q -m load $(TESTS)

BENCHMARKS := registry one_case ten_more_scores fhir_import flat_table record_tables rules commands survival derivation virtual_patients biology_theory

.PHONY: mutants
mutants: $(READY) ## Print the share of mutants of the knowledge files that no example notices
	@$(BIN)/python tests/mutants.py

.PHONY: bench
bench: $(READY) ## Run the benchmarks (BENCHMARKS=one_case for some), print them and write docs/benchmarks.md
	@set -e; for name in $(BENCHMARKS); do \
	  echo "== $$name"; $(BIN)/python benchmarks/$$name.py; \
	done
	@$(BIN)/python benchmarks/write_page.py >/dev/null; echo "Written: docs/benchmarks.md"

.PHONY: browser
browser: ## Install Chromium for the browser tests (as root, on Debian; else say how)
	@if command -v chromium >/dev/null 2>&1; then echo "Chromium is there."; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 \
	  && apt-get -qq update >/dev/null 2>&1 \
	  && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y chromium >/dev/null 2>&1; then echo "Chromium installed."; \
	else echo "No Chromium: the browser tests will be skipped. Install it (Debian: apt-get install chromium) or set PAGET_CHROMIUM."; fi

##@ Check

CHECKS := check-format check-lint check-types check-imports check-doctests check-knowledge check-spelling

.PHONY: check
check: $(READY) ## Run every check below, then name those that failed
	@failed=; \
	for step in $(CHECKS); do \
	  echo "== $$step"; \
	  $(MAKE) --no-print-directory $$step || failed="$$failed $$step"; \
	done; \
	if [ -n "$$failed" ]; then echo "== failed:$$failed"; exit 1; fi; \
	echo "== all checks passed"

.PHONY: check-format
check-format: $(READY) ## Ruff: is every file formatted?
	@$(BIN)/ruff format --check --output-format concise .

.PHONY: check-lint
check-lint: $(READY) ## Ruff: rules, see pyproject.toml
	@$(BIN)/ruff check --output-format concise .

.PHONY: check-types
check-types: $(READY) ## mypy, strict, on src
	@$(BIN)/mypy

.PHONY: check-imports
check-imports: $(READY) ## import-linter: do imports only go down the floors?
	@$(BIN)/lint-imports --no-logo

.PHONY: check-doctests
check-doctests: $(READY) ## The examples in the docstrings
	@$(PYTEST) -q --doctest-modules src

.PHONY: check-knowledge
check-knowledge: $(READY) ## Schema, units, sources and examples of every knowledge file
	@$(PAGET) knowledge check

.PHONY: check-spelling
check-spelling: $(READY) ## codespell
	@$(BIN)/codespell

##@ Look after

.PHONY: format
format: $(READY) ## Format all files and mend what Ruff can mend
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

.PHONY: hooks
hooks: $(READY) ## Run the quick checks at each git commit
	@$(BIN)/pre-commit install

LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-config --no-header --no-emit-index-url --no-emit-find-links pyproject.toml

.PHONY: lock
lock: $(READY) ## Lock all dependencies anew (UPGRADE=1 takes the newest)
	@$(LOCK) $(if $(UPGRADE),--upgrade) --all-extras -o requirements/all.lock
	@$(LOCK) --extra test --extra dev --extra pandas --extra bench -c requirements/all.lock -o requirements/dev.lock

.PHONY: env
env: $(READY) ## Make the environment in .venv/

.PHONY: clean
clean: ## Remove caches and built files; .venv/ stays
	@rm -rf build dist site .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# The environment. The stamps are written last, so that an interrupted set-up is done again. The first holds this
# folder's path: an environment that was moved or copied here would still point to the place it came from.

PYTHONS := $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11

ifneq ($(shell cat $(VENV)/.locked 2>/dev/null),$(CURDIR))
.PHONY: $(VENV)/.locked
endif

$(VENV)/.locked: requirements/dev.lock
	@if [ -L $(VENV) ]; then \
	  echo "$(VENV) is a link: making it anew would empty what it points to. Remove the link, then make again."; exit 1; fi
	@if [ "$$(cat $@ 2>/dev/null)" != "$(CURDIR)" ] || ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
	  for python in $(PYTHONS) none; do \
	    $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && break; \
	  done; \
	  if [ $$python = none ]; then echo "paget needs Python 3.11 or newer; none of these is: $(PYTHONS)"; exit 1; fi; \
	  if ! $$python -c 'import ensurepip, venv' >/dev/null 2>&1; then \
	    echo "$$python has no venv module. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; fi; \
	  $$python -m venv --clear $(VENV); \
	fi
	@echo "Installing requirements/dev.lock into $(VENV)/ (about a minute when it is new)."
	@$(PIP) install --require-hashes --only-binary :all: -r requirements/dev.lock
	@echo "$(CURDIR)" >$@

$(READY): $(VENV)/.locked pyproject.toml
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@
