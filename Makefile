# Old versions of make use the exported PATH only with a shell other than the default.
SHELL := /bin/bash
MAKEFLAGS += --no-print-directory
export PATH := $(CURDIR)/node_modules/.bin:$(value PATH)

# A value on the command line is text, such as TEXT='costs $12.50'. Make would expand it, and call the functions in it.
# These lines prevent that. Make passes on values from the environment unchanged. Where this file uses a value, it reads
# the value without expansion.
$(foreach name,$(.VARIABLES),$(if $(findstring command line,$(origin $(name))),\
  $(eval override $(name) := $$(value $(name)))$(eval export $(name))))

stage = $(or $(filter dev stage prod,$(value STAGE)),$(error STAGE is missing or unknown: make $@ STAGE=dev, stage or prod))
# Required before the build starts.
bucket = $(or $(value STATE_BUCKET),$(error STATE_BUCKET is missing: the S3 bucket that keeps the state, e.g. STATE_BUCKET=my-state))

.PHONY: help setup bootstrap dev doctor act approvals approve deny fire schedules send mcp user token secret set preview test unit check format recipes build bench mutate soak load screenshots plan deploy rollback releases destroy plans audit sizes notes drift clean
.SILENT:

help:
	awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

setup: ## install what is missing: packages, Node, the local AWS
	scripts/setup.sh terraform python

dev: setup ## run the whole platform on this machine; RESET=1 starts empty, JSON=1 prints raw logs
	node scripts/dev.ts

doctor: ## find what is missing or wrong, and show the command that corrects it; STAGE=…
	scripts/setup.sh
	node scripts/doctor.ts

act: ## run an action and print its answer: ACTION=weather.get_forecast INPUT='{"days":2}' STAGE=…
	scripts/setup.sh
	node scripts/act.ts

approvals: ## show what waits for a decision; STAGE=…
	scripts/setup.sh
	node scripts/approvals.ts

approve: ## allow what waits for a decision: ID=… REASON="…" STAGE=…
	scripts/setup.sh
	node scripts/send-decision.ts approve

deny: ## refuse what waits for a decision: ID=… REASON="…" STAGE=…
	scripts/setup.sh
	node scripts/send-decision.ts deny

fire: ## fire a schedule of the running platform, or run one in a STAGE by hand: SCHEDULE=daily-hello
	scripts/setup.sh
	node scripts/fire.ts

schedules: ## show the schedules: next fires, health; STAGE=…
	scripts/setup.sh
	node scripts/schedules.ts

send: ## send a push through the platform: TEXT="…" TITLE="…" PRIORITY=high STAGE=…
	scripts/setup.sh
	node scripts/send.ts

mcp: ## show how to connect an assistant, such as Claude Desktop or Claude Code; STAGE=…
	scripts/setup.sh
	node scripts/mcp.ts

user: ## create a user, or change the role: EMAIL=… ROLE=viewer, operator or admin STAGE=…
	scripts/setup.sh
	node scripts/user.ts

token: ## print an access token for scripts: EMAIL=… of the local platform, or STAGE=…
	scripts/setup.sh
	node scripts/token.ts

secret: ## set a secret from standard input: NAME=golf/credentials or http/<endpoint> STAGE=…
	scripts/setup.sh < /dev/null
	node scripts/secret.ts

set: ## set a parameter from standard input: NAME=home STAGE=…
	scripts/setup.sh < /dev/null
	node scripts/set.ts

preview: ## show when a schedule would fire: EXPR="cron(0 9 ? * MON-FRI *)" ZONE=Europe/Berlin COUNT=10
	scripts/setup.sh
	node scripts/preview.ts

test: setup ## install what is missing, run every test
	node scripts/test.ts

unit: ## run the fast tests; ARGS= selects
	scripts/setup.sh python
	SIM_MESSAGES=$${SIM_MESSAGES:-2500} FUZZ_REQUESTS=$${FUZZ_REQUESTS:-2000} vitest run --config test/vitest.config.ts $(value ARGS)

check: ## check format, lint, types, Terraform, workflows, and look for secrets; changes no file
	scripts/setup.sh terraform
	node scripts/check.ts

format: ## format the code: TypeScript, JSON and Terraform
	scripts/setup.sh terraform
	biome check --write . && scripts/terraform.sh fmt

recipes: ## follow the recipes of docs/guides/extending.md in a copy of this tree; ARGS= selects by title
	scripts/setup.sh terraform python
	node scripts/recipes.ts $(value ARGS)

build: ## bundle and zip every function into dist/, and bundle the MCP bridge
	scripts/setup.sh
	node scripts/build.ts $(value ARGS)

bench: ## measure size, speed and cost, and compare with the gates; BENCH_ROUNDS= for more precision
	scripts/setup.sh
	node scripts/bench.ts

mutate: ## change code in small ways, show what no test detects: MODULE=, FILE=, SEED=
	scripts/setup.sh terraform
	node scripts/mutate.ts

soak: ## simulate large volumes: SOAK=bookings, due, outage48 or outage72; SOAK_MINUTES= SOAK_SEED=
	scripts/setup.sh python
	node scripts/soak.ts

load: ## load the running make dev and check that nothing is lost: RATE=20 SECONDS=120
	scripts/setup.sh
	node scripts/load.ts

screenshots: ## make the pictures of the documents from the running platform, after creating what they show
	scripts/setup.sh
	node scripts/screenshots.ts

plan: ## show and save what deploying would change: STAGE=dev, stage or prod
	scripts/setup.sh terraform $(if $(stage),)$(if $(bucket),)
	node scripts/build.ts && scripts/terraform.sh plan $(stage)

deploy: ## apply the saved plan, probe, go live, watch: STAGE= WATCH_MINUTES=5; moves back on failure
	scripts/setup.sh terraform $(if $(stage),)$(if $(bucket),)
	node scripts/deploy.ts

rollback: ## go back to the last good release: STAGE= TO=<release>
	scripts/setup.sh $(if $(stage),)
	node scripts/rollback.ts

releases: ## list the releases of a stage: STAGE=
	scripts/setup.sh $(if $(stage),)
	node scripts/releases.ts

bootstrap: ## create the state bucket and the roles of the workflows: STAGE= STATE_BUCKET= REPOSITORY=owner/name
	scripts/setup.sh terraform $(if $(stage),)$(if $(bucket),)
	scripts/terraform.sh bootstrap $(stage)

destroy: ## remove a stage: STAGE=
	scripts/setup.sh terraform $(if $(stage),)
	scripts/terraform.sh destroy $(stage)

plans: ## plan every root against an empty local AWS, and print what it creates as Markdown
	scripts/setup.sh terraform python
	node scripts/ci/plans.ts

audit: ## check the plan of prod with checkov; installs it first
	scripts/setup.sh terraform python
	node scripts/ci/audit.ts

sizes: ## compare the sizes of the packages with those of another commit: BASE=main
	scripts/setup.sh
	node scripts/ci/sizes.ts

notes: ## print the notes of the release that is checked out
	scripts/setup.sh
	node scripts/ci/notes.ts

drift: ## show how a stage differs from the code, without values: STAGE=dev, stage or prod
	scripts/setup.sh terraform $(if $(stage),)$(if $(bucket),)
	node scripts/build.ts >&2 && node scripts/ci/drift.ts

clean: ## remove the build and the state of the local platform
	[ ! -x node_modules/.bin/node ] || node scripts/clean.ts
	rm -rf dist coverage .local
