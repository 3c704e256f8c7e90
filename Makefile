# Everything works on a fresh machine with Python 3.11+ and git; each target makes the environment that it needs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help demo test check lint build notebooks real bench bench-nbgrader screenshots attacks class clean

help:  ## show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

# Installed anew when pyproject.toml changes.
$(READY): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $(READY)

demo: $(READY)  ## build the release, make a class of 24, grade it, write demo/class.html
	$(BIN)/autograder demo

test: lint $(READY)  ## all that must pass: lint, types, tests, the release, the solution notebooks
	$(BIN)/pytest
	$(BIN)/autograder build --check
	$(BIN)/autograder run

check: $(READY)  ## the tests alone (make check ARGS="-k release")
	$(BIN)/pytest $(ARGS)

lint: $(READY)  ## format, lint, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

build: $(READY)  ## build assignments/ from solutions/ and a zip of it in build/
	$(BIN)/autograder build --zip build

notebooks: $(READY)  ## run the solution notebooks on the embedded images and time them
	$(BIN)/autograder run

# CIFAR10 names a folder with the real set; by default the one that `python -m datasets fetch cifar10` made is used.
real: $(READY)  ## run the solution notebooks on the real CIFAR-10 and print their accuracies
	$(BIN)/python -m tools.real_cifar10 $(if $(CIFAR10),--data $(CIFAR10))

bench: $(READY)  ## measure the costs that the README states
	$(BIN)/python -m tools.bench
	$(BIN)/python -m tools.bench_pages
	$(BIN)/python -m tools.bench_layers

bench-nbgrader: $(READY)  ## the same class graded by nbgrader, by it with our plug-in, and straight (a quarter of an hour)
	$(BIN)/python -m tools.bench_nbgrader --many 200

screenshots: $(READY)  ## make docs/formgrader*.png anew, with chromium
	$(BIN)/python -m tools.screenshots

attacks: $(READY)  ## run every attack as a control and in each mode of isolation, print the table
	$(BIN)/python -m tests.attacks.harness

class: $(READY)  ## grade a class of 300, every tenth hostile: scores, memory, what is left behind
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.attacks.big_class

clean:  ## remove what the other targets made
	rm -rf $(VENV) build demo .mypy_cache .pytest_cache .ruff_cache *.egg-info
