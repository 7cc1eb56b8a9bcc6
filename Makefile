.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
export DVC_NO_ANALYTICS ?= 1
export MLFLOW_DISABLE_TELEMETRY ?= true
export DO_NOT_TRACK ?= 1

help:  ## Say what can be made
	@awk -F ':.*## ' '/^[a-z.-]+:.*## / {printf "  make %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

pipeline: .venv/.pipeline  ## Raw table to registered champion: dvc repro && churn promote
	dvc repro
	churn promote

test: .venv/.test  ## Run the tests
	pytest -n 2 --dist loadfile --durations=30

test-tools:  ## Install what some tests want of the system: strace sees that the disk is asked to sync, Prometheus that alerts arrive
	@{ command -v strace && command -v promtool && command -v amtool; } >/dev/null || { as_root=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	$$as_root apt-get update -qq && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive $$as_root apt-get install -y -qq --no-install-recommends \
	strace prometheus prometheus-alertmanager; }

coverage: .venv/.test  ## Run the tests and count which lines they reach
	pytest -n 2 --dist loadfile --cov=churn --cov-report=xml --cov-report=term:skip-covered

fuzz: .venv/.test  ## Try the whole OpenAPI description with thousands of invented requests
	CHURN_FUZZ_EXAMPLES=60 CHURN_FUZZ_PHASES=examples,coverage,fuzzing pytest tests/services/sync/test_description.py

test-browser: .venv/.test .venv/.browser  ## Drive every page in a real browser against a demo; CHURN_DEMO=.churn/demo takes a built one
	@which chromium chromium-browser google-chrome >/dev/null 2>&1 || $(MAKE) --no-print-directory browser
	pytest -p no:xdist tests/browser $(ARGS)

browser: .venv/.browser
	@echo "no chromium, chromium-browser or google-chrome here: bringing one"
	@if [ -e /etc/debian_version ] && [ "$$(id -u)" = 0 ]; then apt-get install -y -q chromium; else playwright install chromium; fi \
	|| { echo "error: no browser: apt-get install chromium (Debian), or playwright install --with-deps chromium"; exit 1; }

bench: .venv/.test .venv-bench/.peers  ## Measure serving against its peers; ARGS="--seconds 1 --only mlflow ours"
	PYTHONPATH=tests python -m bench $(ARGS)

bench-files: .venv/.test  ## Measure files against pandas + scikit-learn; ARGS="--rows 1000000 --rounds 1"
	PYTHONPATH=tests python -m bench.files $(ARGS)

gameday: .venv/.test  ## Play months of trouble against the whole circle, in a quarter of an hour; reports/gameday
	OMP_NUM_THREADS=1 PYTHONPATH=tests python -m gameday $(ARGS)

simulate: .venv/.test  ## Measure what the statistics are worth, in 20 minutes; ARGS="--only drift gate --write"
	OMP_NUM_THREADS=1 PYTHONPATH=tests python -m simulate $(ARGS)

reproduce: .venv/.pipeline  ## Run the pipeline twice, in two environments, and hold commit and README against it; ARGS="--fast"
	PYTHONPATH=tests python -m reproduce $(ARGS)

drills: .venv/.test  ## Kill, stop and fill what serves under load, and count what was lost; ARGS="--only kill"
	PYTHONPATH=tests python -m drills $(ARGS)

images:  ## Build the images with docker or podman; TARGETS="api sync", CHURN_IMAGES and CHURN_TAG name them
	sh docker/build.sh $(TARGETS)

soak: .venv/.test verify-tools  ## Load the API through nginx at half its peak for ten minutes, and one worker against two; ARGS="--seconds 30 --write"
	PYTHONPATH=tests python -m soak $(ARGS)

verify: .venv/.test .venv/.check .venv-verify/.policy .venv-spark/.spark verify-tools  ## Really run all that ships: images, compose, nginx, Kubernetes, alerts; ARGS="--write", or "--only nginx backup"
	PYTHONPATH=tests python -m verify $(ARGS)

bench-spark: .venv/.test .venv-spark/.spark  ## Measure Spark against one machine, from 1 to 50 million rows; ARGS="--rows 1000000 5000000"
	PYTHONPATH=tests python -m bench.spark $(ARGS)

# one check alone: verify-nginx, verify-backup and so on; these want an environment more
verify-kubernetes: .venv-verify/.policy  ## Render, validate, scan and question the manifests of every overlay
verify-images verify-nginx verify-pods verify-runbooks verify-security: .venv-verify/.policy
verify-spark: .venv-spark/.spark

verify-%: .venv/.test .venv/.check
	PYTHONPATH=tests python -m verify --only $*

verify-tools:  ## Install the engines that verification needs, from Debian's packages
	sh tests/verify/tools.sh

check: .venv/.check  ## Style, types, import rules, security
	ruff format --check .
	ruff check .
	mypy
	lint-imports --no-cache
	bandit -q -c pyproject.toml -r src scripts train_with_mlflow.py
	check-jsonschema -q --builtin-schema vendor.github-workflows .github/workflows/*.yml
	check-jsonschema -q --builtin-schema vendor.dependabot .github/dependabot.yml
	zizmor -q --no-progress --offline --strict-collection .github

secrets: .venv/.check  ## Look for passwords and keys in what git tracks; its digests are no keys
	git ls-files -z | xargs -0 detect-secrets-hook --exclude-lines '//(user|name|churn)?:(password|secret|\.\.\.)@|secretName: .?[a-z-]+|password_encryption=' \
	--disable-plugin HexHighEntropyString --disable-plugin Base64HighEntropyString --exclude-files '^(tests/|reports/|\.env\.example$$|dvc\.lock$$)'

audit: .venv/.check  ## Ask which packages of requirements.txt are known to be unsafe; an audit that could not run fails
	python scripts/audit_packages.py --requirements requirements.txt

check-lock: .venv/.pipeline  ## Refuse a dvc.lock that speaks of other code, knobs or tables
	@for one in data/incoming/*.dvc; do if [ -e "$$one" ] && [ ! -e "$${one%.dvc}" ]; \
	then echo "dvc.lock: not judged, $${one%.dvc} is not here (make pull); what promotes pulls and judges it"; exit 0; fi; done; \
	said=$$(dvc repro --dry --allow-missing) || { echo "$$said"; exit 1; }; \
	if echo "$$said" | grep '^Running stage' | grep -v "'register'"; \
	then echo "error: dvc.lock is behind; run dvc repro and commit it"; exit 1; fi

storage: .venv/.pipeline .venv/.s3  ## Let this clone alone keep its tables in CHURN_STORAGE, such as s3://bucket/churn
	@test -n "$$CHURN_STORAGE" || { echo "error: CHURN_STORAGE is empty; name the place that \`dvc push\` goes to"; exit 1; }
	@dvc remote modify --local storage url "$$CHURN_STORAGE"

pull: storage  ## Fetch the tables and models that this commit speaks of
	dvc pull

judge: .venv/.pipeline  ## Validate what arrived and read its drift
	dvc repro validate drift

flag: .venv/.pipeline  ## Say whether to retrain, and why
	@python scripts/retrain_flag.py --reading reports/drift/drift.json

retrain: .venv/.pipeline .venv/.s3  ## Train on what arrived, into a branch retrain/<digest>; WHY says why
	@churn retrain --why "$$WHY" || test $$? = 4  # nothing new to learn from is no fault

pull-request: .venv/.pipeline  ## Propose that branch with its evidence
	@python scripts/pull_request.py

register: .venv/.pipeline  ## Register the model that dvc.lock speaks of, and let the gate judge it
	dvc repro register

promote: .venv/.pipeline  ## Promote it, and nothing registered since, if the gate says pass; WHY says why
	@churn promote --why "$$WHY" --digest "$$(python -c 'import json; print(json.load(open("model/model_metadata.json"))["digest"])')"

deployed: .venv/.pipeline .venv/.serve  ## See that the service answers with the champion, or roll back what WHY promoted
	@python scripts/deployment_check.py --seconds "$${CHURN_DEPLOY_SECONDS:-300}"

publish:  ## Push the images that `make images` built, and tell their digests
	@sh docker/publish.sh .churn/digests.txt

roll-out: .venv/.serve  ## Bring those digests (CHURN_DIGESTS) to a cluster, overlay CHURN_OVERLAY; back, if it answers badly
	@test -n "$$CHURN_OVERLAY" || { echo "error: CHURN_OVERLAY is empty; dev, staging or production"; exit 1; }
	@umask 077; if [ -n "$$CHURN_KUBECONFIG" ]; then KUBECONFIG=$$(mktemp); export KUBECONFIG; trap 'rm -f "$$KUBECONFIG"' EXIT; \
	printf '%s\n' "$$CHURN_KUBECONFIG" > "$$KUBECONFIG"; fi; \
	python scripts/roll_out.py --overlay "k8s/overlays/$$CHURN_OVERLAY" --seconds 600

smoke: .venv/.serve  ## Does the service at CHURN_API_URL answer, and sensibly?
	@python scripts/prediction_smoke_test.py --url "$$CHURN_API_URL"

integration: .venv/.serve  ## Do all its doors keep their promises? What is written there has purpose test
	@python scripts/integration_tests.py --url "$$CHURN_API_URL"

format: .venv/.check  ## Put the code in shape
	ruff format .
	ruff check --fix .

api: .venv/.pipeline .venv/.serve .venv/.explain  ## Serve the champion on 127.0.0.1:8000
	@churn api

serve: .venv/.pipeline .venv/.serve .venv/.explain .venv/.dashboard  ## Serve it with the dashboard (8501) and MLflow's pages (5000)
	@churn serve

demo-data: .venv/.pipeline .venv/.serve  ## Play weeks of simulated customers through a running API into .churn/demo; ARGS="--weeks 12 --seed 1"
	python scripts/demo_data.py $(ARGS)

demo: .venv/.pipeline .venv/.serve .venv/.explain .venv/.dashboard  ## Serve that demo: API on 8010, dashboard on 8511, MLflow's pages on 5010
	@churn demo $(ARGS)

ui: .venv/.pipeline  ## Open the pages of the local MLflow store on 127.0.0.1:5000
	MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false mlflow server --workers 1 --backend-store-uri sqlite:///mlflow.db

compose-secrets: .venv/.serve  ## Make the passwords, keys and certificate that docker compose asks for: .env and .churn/compose
	@sh docker/first_secrets.sh

requirements: .venv/.check  ## Compile requirements.txt from pyproject.toml, every extra in one go
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --custom-compile-command "make requirements" -q -o requirements.txt

clean:  ## Remove the environment and caches; data, models and the registry stay
	rm -rf .venv .venv-bench .venv-spark .venv-verify .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/bin/pip:
	$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(None if (3, 11) <= v < (3, 14) else "error: Python 3.11, 3.12 or 3.13 is needed, found %d.%d; name one: make PYTHON=python3.12 ..." % v)'
	$(PYTHON) -m venv .venv

# one environment that grows: each mark installs its extra at the locked versions, once for each lock
.venv/.%: pyproject.toml requirements.txt | .venv/bin/pip
	pip install --quiet --constraint requirements.txt --editable '.[$*]'
	@touch $@

# Spark stands apart: pandera, which the pipeline uses, loads a Spark that it finds
.venv-spark/.spark: pyproject.toml requirements.txt
	test -x .venv-spark/bin/pip || $(PYTHON) -m venv .venv-spark
	.venv-spark/bin/pip install --quiet --constraint requirements.txt --editable '.[spark]'
	@touch $@

# so do the peers: their pins are not ours
.venv-bench/.peers: tests/bench/peers.txt | .venv/.check
	$(PYTHON) -m venv .venv-bench
	uv pip sync --quiet --python .venv-bench/bin/python tests/bench/peers.txt
	@touch $@

# and what scans manifests
.venv-verify/.policy: tests/verify/policy.txt | .venv/.check
	$(PYTHON) -m venv .venv-verify
	uv pip sync --quiet --python .venv-verify/bin/python tests/verify/policy.txt
	@touch $@

.PHONY: help compose-secrets images pipeline test fuzz test-browser browser bench bench-files bench-spark gameday simulate reproduce drills soak verify verify-tools check check-lock secrets audit test-tools coverage storage pull judge flag retrain pull-request register promote deployed publish roll-out smoke integration format api serve demo-data demo ui requirements clean
