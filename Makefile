# `make demo` and `make test` set up everything that they need: on Debian with Python 3.11, nothing else has to be there.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
WORKERS ?= auto
.DEFAULT_GOAL := help

.PHONY: help setup peers demo test lint bench schemas clean

help:  ## say what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/'

# A virtual environment needs ensurepip, which Debian packs apart from python3.
$(BIN)/python:
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv; \
	  else echo "python3 has no venv module: install python3-venv, then call make again" >&2; exit 1; fi; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

setup: $(VENV)/.installed  ## make the virtual environment

# Real servers and tools for the tests. Without root or apt-get the tests that need them are skipped, and say so.
peers:
	@if command -v Orthanc >/dev/null && [ -e /usr/share/orthanc/plugins/libOrthancDicomWeb.so ] \
	  && [ -e /usr/share/orthanc/plugins/libOrthancGdcm.so ] \
	  && command -v dcm2json >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
	    apt-get install -y -qq --no-install-recommends orthanc orthanc-dicomweb orthanc-gdcm dcmtk >/dev/null \
	    || echo "Orthanc and DCMTK could not be installed: tests with them are skipped" >&2; \
	else echo "Tests with Orthanc or DCMTK are skipped (apt-get install orthanc orthanc-dicomweb orthanc-gdcm dcmtk)"; fi

demo: setup  ## judge the origin server that comes with dwconform, and write the report
	$(BIN)/dwconform demo

test: setup peers  ## run all tests
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup

lint: setup  ## style, types, layers, suites
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy src
	$(BIN)/lint-imports
	$(BIN)/dwconform lint

bench: setup peers  ## figures: overhead, start-up, mutation score
	$(BIN)/python benchmarks/bench.py
	$(BIN)/python benchmarks/readers.py
	$(BIN)/python benchmarks/streaming.py
	$(BIN)/dwconform selftest | tail -n 1

schemas: setup  ## write the schemas that are generated from code
	$(BIN)/python -m dwconform.schemas

clean:  ## remove what make made
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache
