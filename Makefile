# Needs make and Python 3.11 or newer, nothing else: the first call makes a virtual environment and fills it.
#
#   make demo    fit a real data set that ships: the shortest way to see what handful does
#   make test    the whole suite
#   make check   format, lint, types, spelling
#   make course  the course's notebooks, run from top to bottom, in build/course
#   make docs    the lessons with all answers as pages to read offline, in build/docs/course
#   make bench   the benchmarks
#   make clean   remove all that make has made
#
# Another Python, beside the first:  make test PYTHON=python3.13 VENV=.venv-3.13
# Some tests only:                   make test TESTS="tests/models -k mixture"

PYTHON ?= python3
VENV ?= .venv
WORKERS ?= 2
TESTS ?=

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test check course docs bench clean

help:
	@sed -n 's/^#   //p' Makefile

demo: $(VENV)/.installed
	$(BIN)/handful fit data:skittles

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n $(WORKERS) $(TESTS)

check: $(VENV)/.installed-dev
	@failed=; for tool in "ruff format --check --quiet ." "ruff check ." mypy codespell; do \
	    echo "$$tool"; $(BIN)/$$tool || failed="$$failed [$$tool]"; \
	done; \
	[ -z "$$failed" ] || { echo "These checks failed:$$failed" >&2; exit 1; }

course: $(VENV)/.installed-dev
	$(BIN)/python course/run.py build/course

docs: $(VENV)/.installed-dev
	$(BIN)/python course/pages.py build/docs/course

bench: $(VENV)/.installed-dev
	@found=; for script in benchmarks/[!_]*.py; do \
	    [ -f "$$script" ] || continue; \
	    found=yes; echo "$$script"; $(BIN)/python "$$script" || exit 1; \
	done; \
	[ -n "$$found" ] || { echo "There are no benchmarks in benchmarks/ yet." >&2; exit 1; }

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "handful needs Python 3.11 or newer, and \"$(PYTHON)\" is not: make ... PYTHON=/path/to/python3.11" >&2; \
	    exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2> /dev/null || { \
	    echo "\"$(PYTHON)\" cannot make virtual environments. On Debian or Ubuntu: apt install python3-venv" >&2; \
	    exit 1; }
	@echo "Making the virtual environment $(VENV) and filling it; this happens once." >&2
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.made pyproject.toml
	@$(PIP) install --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.made pyproject.toml
	@$(PIP) install --editable ".[dev]"
	@touch $(VENV)/.installed $@

clean:
	@if [ -f "$(VENV)/pyvenv.cfg" ]; then rm -rf "$(VENV)"; fi
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
