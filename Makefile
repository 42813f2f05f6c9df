# make run    everything from a fresh checkout to the demo on 127.0.0.1:8080
# make run-cluster  the same from three nodes over one PostgreSQL of its own, on PORT and the two after it
# make test   every test, and the checks that keep the code in shape
# make bench  the benchmarks of the inner loops
# make race   the packages that many goroutines use, under the race detector
# make release  archives and Debian packages of the tag that is checked out, in .release/out
# make soak   the accidents played on the store, at length: power cuts, kill -9, full disks, failovers

GO      ?= go
LISTEN  ?= 127.0.0.1:8080
PORT    ?= 8080
STORE   ?= frontier-demo.gpkg
NPM     ?= $(shell command -v npm)
CHROMIUM ?= $(firstword $(shell command -v chromium chromium-browser google-chrome))
# Debian packages whose programs the tests use as independent implementations.
DEBIAN  := gdal-bin python3-gdal chromium curl postgresql postgresql-postgis

.PHONY: run run-cluster build web test browser vet tools bench race soak release clean

run: build
	./frontierwatch demo --store $(STORE) --listen $(LISTEN)

run-cluster: build
	$(GO) run ./data/postgis/cluster ./frontierwatch $(PORT)

build: web
	$(GO) build -o frontierwatch ./cmd/frontierwatch

test: tools vet web
	$(GO) test -timeout 30m ./...
	@$(MAKE) --no-print-directory browser

# The map, from api/web into what the program embeds.
web:
ifneq ($(NPM),)
	@$(MAKE) --no-print-directory api/web/dist/index.html
else
	@echo "skipped: the map is not built, since npm is not installed (Node.js 20 or later); the API is served without it"
endif

api/web/dist/index.html: $(wildcard api/web/*.json api/web/*.mjs api/web/*.ts api/web/index.html api/web/src/*)
	$(NPM) ci --prefix api/web --no-audit --no-fund --loglevel=error
	$(NPM) run build --prefix api/web --silent

# What an analyst does with the map, in a real browser.
browser:
ifeq ($(NPM),)
	@echo "skipped: the tests of the map, since npm is not installed"
else ifeq ($(CHROMIUM),)
	@echo "skipped: the tests of the map, since no Chromium is installed"
else
	CHROMIUM=$(CHROMIUM) $(NPM) test --prefix api/web --silent
endif

vet:
	@unformatted=$$(gofmt -l .); if [ -n "$$unformatted" ]; then echo "gofmt is wanted on:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

# Installs what is missing where that can be done without asking; a test that
# does not find its program prints which one and is skipped.
tools:
	@if command -v ogrinfo >/dev/null && /usr/bin/python3 -c 'import osgeo_utils' 2>/dev/null && command -v chromium >/dev/null && command -v curl >/dev/null && ls /usr/share/postgresql/*/extension/postgis.control >/dev/null 2>&1; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(DEBIAN) >/dev/null; \
	else echo "skipped: $(DEBIAN) are not installed (root on Debian would install them); tests that need them say so"; fi

soak:
	FRONTIERWATCH_SOAK=1 $(GO) test -count=1 -timeout 60m ./data/gpkg/... ./data/postgis/...

race:
	$(GO) test -race ./data/... ./geo/index/... ./geo/series/... ./api/...

bench:
	$(GO) test -run '^$$' -bench . -benchmem ./...

release: web
	.release/build

clean:
	rm -f frontierwatch frontier-demo.gpkg frontier-demo.gpkg-wal frontier-demo.gpkg-shm
