# Two commands do everything: `make demo` shows the product, `make test` passes the tests.
# Each sets up what it needs in .venv; neither changes anything else, but that root gets the tests' servers.

PYTHON ?= python3
BIN := .venv/bin
SERVERS := dovecot:dovecot-imapd pg_ctl:postgresql chromium:chromium NotoSansArabic-Regular.ttf:fonts-noto-core

.PHONY: demo test check bench fuzz model-check check-overlap lock wheel clean servers

demo: .venv/runtime
	@$(BIN)/inbox-agent demo

test: .venv/dev servers check
	$(BIN)/python -m pytest

check: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/dev servers
	$(BIN)/python -m benchmarks.reading
	$(BIN)/python -m benchmarks

# Any bytes at all, guided by coverage: make fuzz MINUTES=30. A crash or a hang fails it.
fuzz: .venv/dev
	nice $(BIN)/python -m tests.fuzz $(or $(MINUTES),10)

# Two full trainings give the same bytes.
model-check: .venv/dev
	$(BIN)/python -m benchmarks.model_check

# Our examples share no wording with the mails in DIR (*.jsonl).
check-overlap: .venv/dev
	@test -n "$(DIR)" || { echo "say where they are: make check-overlap DIR=folder"; exit 2; }
	$(BIN)/python -m benchmarks.overlap $(DIR)

wheel: .venv/dev
	$(BIN)/python -m build --wheel --no-isolation

# What the tests talk to: a program, or a font's file, and its Debian package. PostgreSQL's are not on the PATH.
servers:
	@for entry in $(SERVERS); do \
	  program=$${entry%%:*}; package=$${entry##*:}; \
	  if PATH="$$PATH:/usr/sbin:$$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tr '\n' ':')" command -v $$program >/dev/null; then continue; fi; \
	  if [ -e /usr/share/fonts/truetype/noto/$$program ]; then continue; fi; \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "installing $$package"; apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$package >/dev/null || echo "$$package cannot be installed"; \
	  else echo "$$package is missing: apt install $$package (its tests are skipped)"; fi; \
	done

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: apt install python3"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "python3-venv is missing: apt install python3-venv"; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/runtime: requirements.lock pyproject.toml | .venv/bin/python
	@echo "installing what Inbox Agent needs (once)"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev: requirements-dev.lock .venv/runtime
	@echo "installing what the tests need (once)"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

# Versions and hashes, no addresses. Run after a change of dependencies in pyproject.toml.
lock:
	$(BIN)/uv pip compile -q --generate-hashes --no-annotate --no-header --python-version 3.11 --universal pyproject.toml --group build -o requirements.lock
	$(BIN)/uv pip compile -q --generate-hashes --no-annotate --no-header --python-version 3.11 --universal pyproject.toml --group build --group dev -o requirements-dev.lock

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
