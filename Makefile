# whosaid: `make run` is all that a newcomer needs; `make help` lists the rest.

PYTHON ?= python3.11
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
WORKERS ?= 2
ARGS ?=

.PHONY: help install run test lint format clean
.DEFAULT_GOAL := help

help: ## list these targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

install: $(STAMP) ## make the virtual environment and install everything, pinned

# The stamp is made last: an install that was interrupted starts again, one that is complete is not repeated.
$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

run: install ## serve the chat page at http://127.0.0.1:7860, with sample reports on the first start
	$(BIN)/python app.py

test: install ## run the tests; pass options on with ARGS='-k speakers'
	$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

lint: install ## check style, types and floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy qa app.py
	$(BIN)/lint-imports

format: install ## put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## remove the virtual environment and every cache; collections under indexes/ stay
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
