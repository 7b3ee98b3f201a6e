# Throughline on one machine. A fresh machine needs Python 3.11 (with venv) and make, nothing else.
#
#   make demo                 the whole product with demonstration data on http://localhost:8000
#   make demo PORT=8001       on another port           make demo RESET=1   begin afresh
#   make demo SIZE=small      a smaller district, loaded sooner
#   make test                 every check on real servers; ARGS="tests/supports -k flag" picks some
#   DATABASE_URL=... REDIS_URL=... make demo            your own servers instead of the embedded ones

SHELL := /bin/sh
VENV := .venv
PYTHON ?= $(shell command -v python3.11 || command -v python3)
ARGS ?=
PORT ?=
RESET ?=
SIZE ?=

BIN := $(VENV)/bin
DEMO_ARGS = $(if $(PORT),--port $(PORT)) $(if $(RESET),--reset) $(if $(SIZE),--size $(SIZE)) $(ARGS)
COMPILE = CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile pyproject.toml --quiet --generate-hashes \
	--strip-extras --allow-unsafe --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test lint format bench tour lock upgrade install-demo install-test
# Two targets may not install into the same environment at once.
.NOTPARALLEL:

help:
	@sed -n '1,/^$$/s/^# \{0,1\}//p' Makefile

demo: install-demo
	@exec $(BIN)/python -m config.supervisor demo $(DEMO_ARGS)

demo-reset: install-demo
	@exec $(BIN)/python -m config.supervisor demo --reset $(DEMO_ARGS)

test: install-test
	@exec $(BIN)/python -m config.supervisor test -- $(ARGS)

lint: install-test
	@exec $(BIN)/python -m config.supervisor test --only-lint

format: install-test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: install-test
	@exec $(BIN)/python -m config.supervisor servers -- $(BIN)/python -m bench $(ARGS)

tour: install-test
	@exec $(BIN)/python -m config.supervisor servers -- $(BIN)/python -m bench.tour $(ARGS)

# ------------------------------------------------------------------ requirements
# The locks hold names, versions and hashes only: no address of any index. `test` is compiled first; the other two
# start from it, so that all three name the same versions.

lock: install-test
	$(COMPILE) --extra demo --extra test --output-file requirements/test.txt
	cp requirements/test.txt requirements/demo.txt
	cp requirements/test.txt requirements/base.txt
	$(COMPILE) --extra demo --output-file requirements/demo.txt
	$(COMPILE) --output-file requirements/base.txt
	cp requirements/base.txt requirements/pdf.txt
	$(COMPILE) --extra pdf --output-file requirements/pdf.txt
	@! grep -nE '://|^-' requirements/*.txt || { echo "A lock file names an address or an option (see above)."; exit 1; }

upgrade: COMPILE += --upgrade
upgrade: lock

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; name it with make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; $(PYTHON) is older. Name another: make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "Python could not make $(VENV). On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }

# Installs only when the lock has changed since the last time: its checksum is kept inside .venv.
install-demo install-test: install-%: $(BIN)/python
	@$(BIN)/python -m config.supervisor.install requirements/$*.txt
