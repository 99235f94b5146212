# make demo · make test · make check · make bench; everything else is set up by them.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
export PORT RESET CASES
# Trust what the system trusts: a network with certificates of its own works, too.
export UV_SYSTEM_CERTS := 1

.PHONY: help demo seed test check bench bench-large messages requirements clean

help:  ## show the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/  –/'

demo: $(VENV)/.base  ## run everything on this machine (PORT=8000, RESET=1 starts clean, CASES=0 an empty desk)
	@exec $(RUN) -m portal.local demo

seed: $(VENV)/.base  ## fill the running demo with more cases (CASES=1000000)
	@exec $(RUN) manage.py seed_demo --cases $(or $(CASES),10000)

test: $(VENV)/.dev  ## run all tests (ARGS="-k words" chooses, PICTURES=1 keeps what the browser saw in var/screenshots)
	@exec $(RUN) -m portal.local test $(ARGS)

check: $(VENV)/.dev  ## style, types, imports, templates, migrations, deployment settings
	@bash scripts/check.sh

bench: $(VENV)/.dev  ## figures, each beside its floor; JSON in var/bench.json (ARGS="--cases 1000000": the desk at a million)
	@exec $(RUN) -m portal.local bench $(ARGS)

bench-large: $(VENV)/.dev  ## the same with 5,000,000 cases at the desk: an hour and 40 GB; not for CI
	@exec $(RUN) -m portal.local bench --cases 5000000

messages: $(VENV)/.dev  ## collect the strings to translate into locale/
	@$(RUN) scripts/messages.py

requirements: $(VENV)/.dev  ## pin the dependencies anew
	@$(VENV)/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -q -o requirements/base.txt
	@$(VENV)/bin/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -q -o requirements/dev.txt

clean:  ## remove the environment and all local data
	rm -rf $(VENV) var staticfiles

$(VENV)/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: apt install python3"; exit 1; }
	@echo "Making the environment in $(VENV) …"
	@$(PYTHON) -m venv $(VENV) || { echo "The venv module is missing: sudo apt-get install -y python3-venv"; rm -rf $(VENV); exit 1; }
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check uv

$(VENV)/.base: requirements/base.txt | $(VENV)/bin/uv
	@echo "Installing the pinned packages …"
	@VIRTUAL_ENV=$(abspath $(VENV)) $(VENV)/bin/uv pip install --quiet --require-hashes -r requirements/base.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt | $(VENV)/bin/uv
	@echo "Installing the pinned packages and tools …"
	@VIRTUAL_ENV=$(abspath $(VENV)) $(VENV)/bin/uv pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@ $(VENV)/.base
