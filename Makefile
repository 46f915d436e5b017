# 畅流 Changliu. `make` lists the recipes; everything they need is installed under .venv.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DATA ?= var
PORT ?= 8000
WORKERS_PYTEST ?= 2
SCALE ?= 1000000
KILLS ?= 20
EXAMPLES ?= 100
# What speaks SQL most: enough to notice syntax newer than the oldest server we support.
TESTS_16 := tests/kit/test_db.py tests/kit/test_migrations.py tests/records tests/formula/test_cases.py tests/schema/test_every_type.py

.PHONY: help setup web browser tour run dist test test-16 check format bench bench-report features lock crash fuzz docs

help: ## list the recipes
	@awk -F':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## install everything into .venv (locked, by hash)

$(STAMP): requirements/uv.txt requirements/dev.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed: install it, then run make again."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; $$($(PYTHON) --version) found. Set PYTHON=/path/to/python3.11."; exit 1; }
	@echo "[1/3] virtual environment .venv"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "[2/3] uv"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@echo "[3/3] dependencies (locked, checked by hash)"
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip sync --quiet --require-hashes requirements/dev.txt requirements/uv.txt
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation -e .
	@touch $(STAMP)

web: setup ## build the web app when its sources changed
	@$(BIN)/python -m tools.build_web

# The server starts without its pages too: the API needs no Node.js.
run: setup ## start on http://localhost:8000 with the embedded database and the sales app
	@$(BIN)/python -m tools.build_web || echo "  没有网页，只有接口 without pages, the API only"
	@$(BIN)/changliu serve --data $(DATA) --port $(PORT) --demo

dist: setup ## a wheel in dist/, the web app inside
	@$(BIN)/python -m hatchling build -t wheel

browser: setup ## what browser tests need: Chromium and a Chinese font
	@$(BIN)/python -m tools.browser

tour: web browser ## screenshots of every page into build/tour (sizes, themes, languages)
	@$(BIN)/python -m tools.tour

test: setup web browser ## all tests
	@$(BIN)/python -m pytest -n $(WORKERS_PYTEST) --dist loadscope --no-loadscope-reorder

test-16: setup ## the database tests on PostgreSQL 16 binaries
	@CHANGLIU_TEST_POSTGRES_BIN=$$($(BIN)/python -m tools.postgres_16) $(BIN)/python -m pytest -n $(WORKERS_PYTEST) --dist loadscope $(TESTS_16)

check: setup ## format, lint, types, import contracts, size budgets, docs
	@echo "[1/8] format";    $(BIN)/ruff format --check -q .
	@echo "[2/8] lint";      $(BIN)/ruff check -q .
	@echo "[3/8] types";     $(BIN)/mypy
	@echo "[4/8] contracts"; $(BIN)/lint-imports --no-cache
	@echo "[5/8] house";     $(BIN)/python -m tools.lint_house
	@echo "[6/8] docs";      $(BIN)/python -m tools.generate_docs --check && $(BIN)/python -m tools.generate_baseline --check
	@echo "[7/8] web";       $(BIN)/python -m tools.build_web --check
	@echo "[8/8] web types"; $(BIN)/python -m tools.generate_api --check

format: setup ## rewrite files in the house format
	@$(BIN)/ruff check -q --fix . ; $(BIN)/ruff format -q . ; $(BIN)/python -m tools.build_web format

docs: setup ## rewrite generated files: reference pages, the baseline of workspaces, the web app's API types
	@$(BIN)/python -m tools.generate_docs
	@$(BIN)/python -m tools.generate_baseline
	@$(BIN)/python -m tools.generate_api

features: setup ## feature IDs with and without a proving test
	@$(BIN)/python -m tools.features

bench-report: setup ## write docs/explain/measured.md from the last bench
	@$(BIN)/python -m tools.bench_report

bench: setup ## ours against hand-written SQL (SCALE=1000000 rows)
	@$(BIN)/python -m benchmarks --scale $(SCALE)

crash: setup ## kill -9 walks (KILLS=20)
	@CHANGLIU_KILLS=$(KILLS) $(BIN)/python -m pytest tests/walks -n 1 --timeout 3600

fuzz: setup ## generated requests at every door (EXAMPLES=100 a door and role)
	@CHANGLIU_FUZZ_EXAMPLES=$(EXAMPLES) $(BIN)/python -m pytest tests/fuzz --timeout 3600

lock: ## rewrite the lock files after changing pyproject.toml
	@$(BIN)/uv pip compile -q --generate-hashes --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url requirements/uv.in -o requirements/uv.txt
	@$(BIN)/uv pip compile -q --generate-hashes --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url requirements/node.in -o requirements/node.txt
	@$(BIN)/uv pip compile -q --generate-hashes --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url pyproject.toml -o requirements/run.txt
	@$(BIN)/uv pip compile -q --generate-hashes --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url --extra dev pyproject.toml -o requirements/dev.txt
