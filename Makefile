# `make deck` builds the deck, `make test` runs the tests. Both set up what they need.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
ENGINES := .engines
OLDER := $(patsubst tests/engines/%.lock,$(ENGINES)/%/.ready,$(wildcard tests/engines/*.lock))

.DEFAULT_GOAL := help
.PHONY: help deck check test test-engines updates faults bench schema rules lock clean

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1|/' | \
	  awk -F'|' '{ printf "%-14s %s\n", $$1, $$2 }'

deck: $(READY) ## Build the package in dist/
	@$(BIN)/deckwright build

check: $(READY) ## Check the sources without writing anything
	@$(BIN)/deckwright check

test: $(READY) ## Run everything that must hold: linters, types, boundaries, tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest

test-engines: $(READY) $(OLDER) ## Test what updates do to learners on older engines of Anki, too
	ENGINES=$(ENGINES) $(BIN)/pytest tests/test_updates.py -k older

updates: $(READY) $(OLDER) ## Measure updates on all engines, and write the table of docs/updates.md
	@ENGINES=$(ENGINES) PYTHONPATH=tests $(BIN)/python -m updates

bench: $(READY) ## Compare the build's speed with genanki alone, as ratios in one run
	@$(BIN)/python tests/bench.py

schema: $(READY) ## Write the JSON Schema of deck.yaml anew
	@$(BIN)/deckwright schema > src/deckwright/deck.schema.json

rules: $(READY) ## Write docs/rules.md anew
	@$(BIN)/deckwright rules --format markdown > docs/rules.md.new && mv docs/rules.md.new docs/rules.md

faults: $(READY) ## Put faults of every kind into the shipped deck, and count which are found
	@PYTHONPATH=tests $(BIN)/python tests/faults.py

lock: $(READY) ## Pin the newest allowed versions of the dependencies (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --upgrade --no-emit-index-url \
	  --no-emit-find-links --no-header --no-annotate --all-extras -q -o requirements.lock pyproject.toml

clean: ## Remove what was built, and the environment
	rm -rf $(VENV) $(ENGINES) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find dist -name '*.apkg' -delete

$(ENGINES)/%/.ready: tests/engines/%.lock
	$(PYTHON) -m venv --clear $(@D)
	$(@D)/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r $<
	@touch $@

# Redone only when what it is made of changes. The marker is written last, so that an installation
# that was interrupted is begun again.
$(READY): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "deckwright needs Python 3.11 or newer: make PYTHON=/path/to/python3" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
