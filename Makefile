# Everything a person types. `make` alone lists it. tools/start finds Python, tools/prepare.py installs what is missing.
T ?= tests
A ?=

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1|/p' Makefile | column -t -s '|'

run: ## the whole program with a fictional school, until Ctrl-C
	@exec tools/start run

demo-reset: ## throws the demo's data away
	@exec tools/start reset

check: ## formatter, linters, types, import contracts, migrations, templates
	@exec tools/start check

test: ## all tests, the browser included; make test A="--rules" lists the rules that no test proves
	@exec tools/start test $(A)

test-some: ## some tests: make test-some T="tests/people -x"
	@.venv/bin/python -m pytest $(T)

bench: ## how long the pages take, against two baselines in the same run
	@exec tools/start bench $(A)

campaign: ## the long hunt for faults: hours, not minutes
	@exec tools/start campaign $(A)

lock: ## pins the newest packages that pyproject.toml and package.json allow
	@exec tools/start lock

.PHONY: help run demo-reset check test test-some bench campaign lock
