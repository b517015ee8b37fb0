PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup
setup: .build/python

.venv/bin/python:
	$(PYTHON) -m venv .venv

.build/python: requirements/dev.txt pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@mkdir -p .build && touch $@
