# `make demo` and `make test` are all you need; nothing is assumed but make and Python 3.11 or newer.
PYTHON ?= python3
BIN := .venv/bin
# Only what is locked is installed, with its hash checked: a fresh install is the one that was tested.
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.PHONY: demo test torture check format contracts lock train clean

demo: .venv/demo  ## the whole river on this machine, from an empty broker
	@$(BIN)/rafid demo

test: .venv/dev  ## everything, on a real Kafka that the tests start, two files at a time
	$(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

torture: .venv/dev  ## nothing lost, nothing twice, whatever breaks (an hour; make torture ARGS="--faults kill=5 --articles 5000")
	$(BIN)/python -m benchmarks.torture $(ARGS)

check: .venv/dev  ## what CI runs besides the tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/rafid contracts check

format: .venv/dev  ## bring the code into its form
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

contracts: .venv/dev  ## write schemas/generated anew
	$(BIN)/rafid contracts generate

lock: .venv/dev  ## resolve the dependencies anew
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" \
		--group build --output-file requirements.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" \
		--constraint requirements.lock --group build --group dev --group train --output-file requirements-dev.lock pyproject.toml

train: .venv/dev  ## train the topic model anew: make train DATA=folder
	$(BIN)/rafid train topics --data $(DATA) --out streams/tag/topics_model.npz --version 3

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Rafid needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V). Try: make PYTHON=python3.12 demo"; exit 1; }
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/demo: .venv/python requirements.lock pyproject.toml
	@echo "installing Rafid into .venv"
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev: .venv/demo requirements-dev.lock
	@echo "installing what the tests need into .venv"
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@
