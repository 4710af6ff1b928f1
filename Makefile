# What a developer does, each in one word. Every target sets up what it needs by itself.
.PHONY: check format lint types imports test fuzz serve schema dashboard audit sbom lock

python = .venv/bin/python

check: format lint types imports test  ## everything that CI checks

setup:
	@./test --version >/dev/null

format: setup
	$(python) -m ruff format --check .

lint: setup
	$(python) -m ruff check .

types: setup
	$(python) -m mypy

imports: setup
	$(python) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'

test:
	./test

fuzz:  ## 20,000 documents made from the schema, in place of the 2,000 of every test
	ARGOSY_FUZZ_DOCUMENTS=20000 ./test tests/integration/http/test_generated.py

serve:
	./run

schema: setup  ## writes the snapshot of the GraphQL schema
	./run schema print > graphql/schema.graphql

dashboard:  ## builds the web assets
	rm -rf argosy/dashboard
	./run version

audit:  ## known vulnerabilities of all dependencies; needs the network
	tools/audit

sbom:  ## the bill of materials of a release, in dist/
	tools/sbom

lock:  ## newest versions of all dependencies; needs uv
	tools/lock
