# The front door. `make help` says what there is; CONTRIBUTING.md says how the tools behind it are used.
# SETUP=no leaves the system's packages alone (on anything but Debian 12, install them yourself).
SETUP ?= yes
JOBS ?= $(shell nproc)
# Where `make run` listens, and the folder that keeps its center for the next time.
LISTEN ?= 127.0.0.1:8080
AGORA_DEMO ?= $(HOME)/.local/share/agora/demo

.DEFAULT_GOAL := help
.PHONY: help setup run build test quick bench format tidy asan tsan clean

help: ## say what there is
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | awk -F'\t' '{printf "make %-8s %s\n", $$1, $$2}'

setup: ## install everything that building, testing and measuring need (Debian 12)
	@$(call install,test bench)
	@[ "$$(git config core.hooksPath 2>/dev/null)" = .githooks ] || \
	  echo "To check floors and format before each commit: git config core.hooksPath .githooks"

run: build ## a center to try at http://127.0.0.1:8080 (or LISTEN=HOST:PORT), kept for the next time
	@mkdir -p "$(AGORA_DEMO)"
	@exec build/release/agora demo --data "$(AGORA_DEMO)" --listen "$(LISTEN)"

build: ## build/release/agora, the programs and the web pages beside it
	@$(call install,build)
	@$(MAKE) -s --no-print-directory build/release/build.ninja
	@cmake --build build/release --target programs -j $(JOBS)

test: ## install what tests need, build, run everything
	@$(call install,test)
	@$(MAKE) -s --no-print-directory build/release/build.ninja
	@cmake --build build/release -j $(JOBS)
	@tools/dev test

quick: ## the tests that take no minute, on what is built
	@cmake --build build/release -j $(JOBS)
	@tools/dev test --quick

bench: ## measure against the peers; fails where a bound is missed
	@$(call install,bench)
	@$(MAKE) -s --no-print-directory build/release/build.ninja
	@cmake --build build/release -j $(JOBS)
	@bench/run

format: ## format all C++ files
	@$(call install,test)
	@tools/dev format

tidy: ## clang-tidy over every C++ file (slow); tools/dev tidy takes the changed ones
	@$(call install,test)
	@tools/dev tidy --all

asan: ## unit tests under the address and undefined-behaviour sanitizers
	@$(call install,test)
	@$(MAKE) -s --no-print-directory build/asan/build.ninja
	@cmake --build build/asan -j $(JOBS)
	@tools/dev test --preset asan

tsan: ## unit tests under the thread sanitizer
	@$(call install,test)
	@$(MAKE) -s --no-print-directory build/tsan/build.ninja
	@cmake --build build/tsan -j $(JOBS)
	@tools/dev test --preset tsan

clean: ## remove what was built (the environments under AGORA_HOME stay)
	rm -rf build

install = if [ "$(SETUP)" != no ]; then tools/setup $(1); fi

# Touched, for CMake leaves an unchanged file alone.
build/%/build.ninja: CMakePresets.json
	@cmake --preset $*
	@touch $@
