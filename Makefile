PYTHON ?= python3
BIN := .venv/bin
GOLD ?= examples/labelled.jsonl

.PHONY: demo test lint bench corpus train evaluate packs picture clean

demo: .venv/run
	@sh examples/demo.sh $(BIN)/postcheck

test: .venv/test packs
	$(BIN)/pytest

lint: .venv/lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/bench
	$(BIN)/python benchmarks/startup.py
	$(BIN)/python benchmarks/bulk.py
	$(BIN)/pytest benchmarks -q

evaluate: .venv/run
	$(BIN)/postcheck evaluate $(GOLD)

# the copies that spare a check the reading of TOML; run it after changing a pack
packs: .venv/run
	$(BIN)/python -c "from postcheck.library import compile_shipped; compile_shipped()"

# whether the corpus is what its datasheet says; AGAINST names posts that none may resemble
corpus: .venv/train
	$(BIN)/python -m postcheck.training.validate $(if $(AGAINST),--against $(AGAINST))

# both models, from the corpus to what ships; about ten minutes on two cores
train: .venv/train-deep
	$(BIN)/postcheck train --out models

# the picture of the output that README shows
picture: .venv/run
	$(BIN)/python docs/picture.py

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "postcheck needs Python 3.11 or newer: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv .venv

.venv/run: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

.venv/test .venv/lint .venv/bench .venv/train .venv/train-deep: .venv/%: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[$*]'
	@touch $@ .venv/run

clean:
	rm -rf .venv build dist
