# `make run` starts Lotse, `make test` is everything CI runs. Both set themselves up first.

PYTHON ?= python3
NPM ?= npm
# Only what draws pages: the whole browser takes half as much processor time again.
export CHROMIUM ?= /usr/bin/chromium-headless-shell
BIN := .venv/bin
# Containers often forbid compiled files; every process would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help setup run check shape lint types contracts wording test campaign bench bench-quick bench-growth \
	format browser lock sbom

help:  ## Show this list
	@sed -n 's/^\([a-z-]*\):.*##/\1\t/p' Makefile | expand -t 13

setup: .venv/.installed node_modules/.vendored  ## Python and front-end dependencies, exactly as locked

run: setup  ## The bot when LOTSE_TELEGRAM_TOKEN (or ..._FILE) is set, otherwise the playground
	@if [ -n "$$LOTSE_TELEGRAM_TOKEN$$LOTSE_TELEGRAM_TOKEN_FILE" ]; \
	then exec $(BIN)/python -m bot run; \
	else exec $(BIN)/python -m bot demo; fi

check: shape lint types contracts wording  ## Format, lint, types, import contracts, content: under a minute

shape: setup
	$(BIN)/ruff format --check .

lint: setup
	$(BIN)/ruff check .

types: setup
	$(BIN)/mypy

contracts: setup
	$(BIN)/lint-imports --no-logo

wording: setup
	$(BIN)/python -m bot content check

test: setup browser check  ## Everything CI runs
	$(BIN)/python -m pytest -n 5 --dist loadgroup

campaign: setup  ## Kills and faults in large numbers, for hours; goes on where it stopped
	$(BIN)/python -m tests.campaign $(CAMPAIGN)

bench: setup  ## Lotse beside other bots and floors; writes docs/performance.md
	$(BIN)/python -m tests.benchmarks $(BENCH)

bench-quick: setup  ## The same in under 90 seconds: one line of ratios last
	$(BIN)/python -m tests.benchmarks --quick

bench-growth: setup  ## Growth, limits, memory, replicas; writes docs/growth-figures.md (hours)
	$(BIN)/python -m tests.benchmarks.growth $(BENCH)

format: setup  ## Put code into shape and fix what can be fixed safely
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock:  ## Compile pyproject.toml into requirements/*.txt (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv: install it outside this checkout."; exit 1; }
	$(LOCK) --output-file requirements/run.txt
	$(LOCK) --extra dev --constraint requirements/run.txt --output-file requirements/dev.txt

sbom: setup  ## Write the bill of materials and the list of licences from the locks
	$(BIN)/python -m tests.deploy.bill

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Lotse needs Python 3.11 or newer: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.installed: requirements/dev.txt pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

node_modules/.vendored: package.json package-lock.json .npmrc
	@command -v $(NPM) >/dev/null || \
	  { echo "The desk's front-end files come by npm, and there is none: apt-get install npm, or see nodejs."; exit 1; }
	$(NPM) ci --loglevel=error
	$(NPM) run --silent vendor
	@touch $@

browser:  ## Chromium, fonts for Arabic, Ethiopic and emoji, and gettext, for the tests
	@if [ -x $(CHROMIUM) ] && command -v msgmerge >/dev/null && fc-list :lang=ti | grep -q . && fc-list :lang=ar | grep -q .; then exit 0; fi; \
	command -v apt-get >/dev/null || \
	  { echo "Tests need $(CHROMIUM), gettext, and fonts for Arabic and Tigrinya: install them, or make CHROMIUM=... test."; exit 1; }; \
	if [ "$$(id -u)" = 0 ]; then root=; \
	elif command -v sudo >/dev/null; then root=sudo; \
	else echo "Ask an administrator for: apt-get install chromium-headless-shell gettext fonts-noto-core fonts-noto-color-emoji"; exit 1; fi; \
	$$root apt-get update -qq && \
	$$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium-headless-shell gettext fonts-noto-core fonts-noto-color-emoji
