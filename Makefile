# Each target makes .venv by itself; Python 3.11 and make are all it needs.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
LINTED := gis layers api tests hatch_build.py pagoda_gis.py

# one more than there are cores: a test of a server waits for it
WORKERS := $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
PYTEST := $(BIN)/pytest -n $(WORKERS) --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help demo test quick check setup spark serve notebook bench soak conformance samples catalogue lock clean

help: ## print these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

demo: $(READY) ## make S town, assign its month of events, draw the map into out/
	$(BIN)/pagoda demo

test: $(READY) ## run every test that can run here; skips say why; T=... runs a part
	$(PYTEST) $(T)

quick: $(READY) ## the tests without servers, browser and slow ones; T=... runs a part
	$(PYTEST) -m 'not postgis and not chromium and not slow' $(T)

check: $(READY) ## lint, format, types, import contracts
	$(BIN)/ruff check $(LINTED)
	$(BIN)/ruff format --check $(LINTED)
	$(BIN)/mypy
	$(BIN)/lint-imports

setup: $(READY) ## only install

spark: $(READY) ## install Spark too, half a gigabyte; it asks for Java 17
	$(UV_INSTALL) --require-hashes -r requirements-spark.lock

serve: $(READY) ## POST /assign, GET /risk/map on 127.0.0.1:8000
	$(BIN)/pagoda serve

notebook: $(READY) ## open the editor of grids in JupyterLab
	$(BIN)/jupyter lab notebooks/02_edit_grid_boundaries.ipynb

bench: $(READY) ## measure against peers; the table goes to out/bench.json
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	$(BIN)/python tests/benchmarks/run.py

soak: $(READY) ## the long forms of the tests once, T=events a part; figures go to out/soak.json
	$(BIN)/python tests/benchmarks/soak.py $(T)

conformance: $(READY) ## ask the collections what ogctests and ogcapi-registry ask
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python out/conformance
	$(BIN)/uv pip install --quiet --python out/conformance/bin/python --no-deps \
		--require-hashes -r requirements-conformance.lock
	$(BIN)/python tests/benchmarks/ogc_suites.py out/conformance/bin/python

samples: $(READY) ## write sample_geodata/ again
	$(BIN)/python -m layers.samples sample_geodata

catalogue: $(READY) ## gather what the program says, for translators
	PYTHONPATH=.:tests $(BIN)/python -m support.harness.catalogue

lock: $(READY) ## compile the locks anew from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --quiet --universal --generate-hashes \
		--python-version 3.11 --extra notebook --extra postgis --extra breaks --group dev \
		--output-file requirements.lock
	$(BIN)/uv pip compile pyproject.toml --quiet --universal --generate-hashes \
		--python-version 3.11 --extra bench --constraints requirements.lock \
		--output-file requirements-bench.lock
	$(BIN)/uv pip compile pyproject.toml --quiet --universal --generate-hashes \
		--python-version 3.11 --extra spark --constraints requirements.lock \
		--output-file requirements-spark.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes \
		--python-version 3.11 --group peers --output-file requirements-peers.lock
	echo 'httpx<0.28' | $(BIN)/uv pip compile --quiet --universal --generate-hashes \
		--python-version 3.11 --overrides /dev/stdin --group conformance \
		--output-file requirements-conformance.lock

# uv takes a tenth of the processor time of pip, and the index that pip is set to
INDEX = $(or $(UV_DEFAULT_INDEX),$(PIP_INDEX_URL),$(shell $(BIN)/pip config get global.index-url 2>/dev/null))
UV_INSTALL = $(if $(INDEX),UV_DEFAULT_INDEX=$(INDEX)) $(BIN)/uv pip install --quiet --python $(BIN)/python

CATALOGUES := $(wildcard layers/catalogues/*/LC_MESSAGES/*.po)

$(READY): requirements.lock pyproject.toml hatch_build.py layers/browser/package-lock.json $(CATALOGUES)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python %d.%d was found, 3.11 or newer is needed: set PYTHON=" % sys.version_info[:2])'
	@echo "Making $(VENV) with $(PYTHON) (1 of 4)"
	@$(PYTHON) -m venv $(VENV)
	@echo "Installing the packages of requirements.lock, checked by their hashes (2 of 4)"
	@awk '/^uv==/ {on = 1} on {print} on && !/\\$$/ {exit}' requirements.lock > $(VENV)/uv.lock
	@$(BIN)/pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r $(VENV)/uv.lock
	@$(UV_INSTALL) --require-hashes -r requirements.lock
	@echo "Installing pagoda-gis from this folder, with the browser code that it packs (3 of 4)"
	@$(UV_INSTALL) --no-deps --no-build-isolation --editable .
	@echo "Compiling the point location, which is kept (4 of 4)"
	@$(BIN)/python -c "from gis.index import warm_up; warm_up()"
	@echo "Ready: $(BIN)/pagoda --help"
	@touch $(READY)

clean: ## remove what was built
	rm -rf $(VENV) out layers/browser/dist
