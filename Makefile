# Every command of the project by one name; .ci/run calls the same targets.
PYTHON ?= python

.PHONY: setup run test fast lint types e2e bench mutants

setup:  ## everything that the other targets need
	$(PYTHON) -m pip install -r requirements.txt -r tests/requirements.txt -r .ci/requirements.txt

run:  ## the app
	$(PYTHON) app.py

test:  ## what README's second command runs
	$(PYTHON) -m pytest -n auto

fast:  ## without the tests that read all of MNIST or train, and without a browser
	$(PYTHON) -m pytest -n auto -m "not slow" --ignore tests/e2e

lint:
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m check_jsonschema --builtin-schema vendor.compose-spec deploy/compose.yaml
	kubernetes-validate --strict deploy/kubernetes.yaml

types:
	$(PYTHON) -m mypy

e2e:  ## the page in a real browser
	$(PYTHON) -m pytest -n auto tests/e2e

bench:  ## what the app costs to start; the other benchmarks: docs/benchmarks.md
	$(PYTHON) benchmarks/start.py

mutants:  ## plant every bug of tests/mutants/, one at a time
	$(PYTHON) -m tests.mutants --jobs 2
