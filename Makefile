# Each target does all of its own set-up; see packaging/setup-environment.sh.
#     make PYTHON=/path/to/python3.12 test      with that interpreter
#     make run ARGS="run circles"               arguments for dllab
#     make test ARGS="-k rollback -x"           arguments for pytest

SHELL := /bin/bash
SETUP := packaging/setup-environment.sh
BIN := .venv/bin
ARGS ?=
export PYTHON
# Tests draw into memory, so that no windows flash up and none is needed.
OFFSCREEN := QT_QPA_PLATFORM=offscreen

.DEFAULT_GOAL := help
.PHONY: help run test check format bench oracle proof soak package wheel clean distclean

help:  ## say what there is
	@awk -F ':  ## ' '/^[a-z]+:  ## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

run:  ## open the window (without a display: a tour of it that leaves a picture)
	@$(SETUP)
	@$(BIN)/dllab $(ARGS)

test:  ## run the tests
	@$(SETUP) dev
	@$(OFFSCREEN) $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal $(ARGS)

check:  ## formatting, lint and types
	@$(SETUP) dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format:  ## format the code and repair what lint can
	@$(SETUP) dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

oracle:  ## compare with PyTorch and scikit-learn, and try the extra "fast" (a large download, once)
	@$(SETUP) dev oracle fast
	@$(OFFSCREEN) $(BIN)/python -m pytest $$(grep -rlE 'importorskip\("(torch|sklearn|numba)"|version\("mkl"\)' tests) $(ARGS)

bench:  ## measure speed against PyTorch and scikit-learn
	@$(SETUP) bench fast
	@$(BIN)/python tests/benchmarks/run.py --write $(ARGS)

proof:  ## train published settings and compare (about an hour; can be broken off and taken up)
	@$(SETUP)
	@$(BIN)/python tests/proof/run.py $(ARGS)

soak:  ## try the promises at their full counts (hours; can be broken off and taken up)
	@$(SETUP) dev
	@DLLAB_SOAK_CATCHES=all $(OFFSCREEN) $(BIN)/python -m pytest tests/soak/test_soak_catches.py
	@$(BIN)/python tests/soak/run.py $(ARGS)

package:  ## build the wheel into dist/
	@$(SETUP) dev
	$(BIN)/python -m build --wheel --no-isolation

wheel: package

clean:  ## remove what was built and cached
	rm -rf build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -path ./.venv -prune -o -name __pycache__ -type d -print0 | xargs -0 rm -rf

distclean: clean  ## remove the virtual environment too
	rm -rf .venv
