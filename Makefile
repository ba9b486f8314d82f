# These targets install everything that a machine needs besides a Swift toolchain:
# `make demo` and `make test` work on a fresh Debian or Ubuntu.

PREFIX ?= /usr/local
DESTDIR ?=
SYSTEMD_UNITS ?= $(PREFIX)/lib/systemd/system
ZSH_COMPLETIONS ?= $(PREFIX)/share/zsh/site-functions
FISH_COMPLETIONS ?= $(PREFIX)/share/fish/vendor_completions.d
SWIFT ?= swift

# The servers that tests and demo run against are Python programs, in an environment of their own.
PEERS := .build-peers
# Packages and tarballs for distribution.
DIST := .build-dist
# The library's reference, as pages.
REFERENCE := .build-reference
BUILT := .build/release/cdnotify
PYTHON := $(PEERS)/bin/python
# The commit that --version --verbose of a release shows.
COMMIT = $(shell git rev-parse HEAD 2>/dev/null)
SOURCES := Package.swift Sources Tests Examples/Package.swift Examples/Sources
# How many tests run at once. All of them together have more than a thousand open files, and then
# Foundation's `Process` reads past its list (readdir's entries are shorter than `struct dirent`).
AT_ONCE := 24
SWIFT_TEST = CDNOTIFY_TEST_PYTHON=$(CURDIR)/$(PYTHON) $(SWIFT) test --skip-build \
  --experimental-maximum-parallelization-width $(AT_ONCE)
# The command's tests run the optimised build, as it is distributed: it is faster, and optimisers have
# bugs of their own. (Swift 6.3.1 set a value that only a catch block sets, although nothing was
# thrown.)
OF_COMMAND := ^CommandTests\.
# What the command says in its tests is kept, so that each sentence of docs/troubleshooting.md is
# known to have been said, here or in the scenes of contrib/said. Some scenes need root.
SAID_TEXT := $(CURDIR)/$(PEERS)/said
TEST_COMMAND = rm -f $(SAID_TEXT); CDNOTIFY_TEST_SAID=$(SAID_TEXT) \
  CDNOTIFY_TEST_COMMAND=$(CURDIR)/$(BUILT) $(SWIFT_TEST) --filter '$(OF_COMMAND)'
FIND_UNSAID = $(PYTHON) contrib/said/produce.py $(BUILT) $(SAID_TEXT) \
  && $(PYTHON) contrib/said/said.py $(SAID_TEXT) $(SAID)
# Without symbols the one file to install is a third smaller. It is bound before it runs, so that
# nothing it writes to is followed as an address, and looks for libraries only where the system has
# them: not, as is usual here, in its own folder first. Nothing loads itself into it, so it exports
# no names: that would keep the linker from leaving out what nobody calls. C sources say where they
# are in their assertions, and are told not to say in which folder.
NO_FOLDER := -ffile-prefix-map=$(CURDIR)=.
# What is done at each start is done here instead, as far as it can be. libstdc++, of which Foundation
# needs a part, is linked in, so that the names in it needn't be looked up. And the list of addresses
# in the program, which the loader corrects, takes 20 kB instead of 2.6 MB, which stayed in memory.
# The Swift toolchain's own linker writes it so; glibc reads it since 2.36.
LINKED := .build/linked
PACKED := $(shell printf '2.36\n%s\n' "$$(getconf GNU_LIBC_VERSION | cut -d ' ' -f 2)" | \
  sort -CV 2> /dev/null && echo -Xlinker -z -Xlinker pack-relative-relocs)
RELEASE := --configuration release --static-swift-stdlib --disable-local-rpath \
  -Xcc $(NO_FOLDER) -Xcxx $(NO_FOLDER) \
  -Xswiftc -use-ld=lld -Xswiftc -L$(CURDIR)/$(LINKED) $(PACKED) \
  -Xlinker -s -Xlinker -z -Xlinker relro -Xlinker -z -Xlinker now -Xlinker --no-export-dynamic

.PHONY: build test examples fuzz lint format docs reference demo pictures bench said man install deb dist test-deb packages peers clean

build: packages $(LINKED)/libstdc++.a
	CDNOTIFY_COMMIT=$(COMMIT) $(SWIFT) build $(RELEASE) --product cdnotify

# Where this is the only one of its name, the linker takes it; without it, the system's libstdc++.so.
$(LINKED)/libstdc++.a:
	mkdir -p $(LINKED)
	ln -sf "$$(clang -print-file-name=$(@F) || cc -print-file-name=$(@F))" $@

test: packages peers $(LINKED)/libstdc++.a
	$(PEERS)/bin/cfn-lint contrib/aws/*.yaml
	! command -v promtool > /dev/null || promtool check rules contrib/prometheus/*.yml
	cd Tests/Peers && ../../$(PYTHON) -m unittest aws.selftest identity.selftest sink.selftest \
	  mail.selftest second_dynamodb.selftest
	$(SWIFT) build --build-tests
	CDNOTIFY_COMMIT=$(COMMIT) $(SWIFT) build $(RELEASE) --product cdnotify
	$(TEST_COMMAND)
	if [ "$$(id -u)" = 0 ]; then $(FIND_UNSAID); fi
	$(SWIFT_TEST) --skip '$(OF_COMMAND)'

# Builds the package that embeds the library, and runs it against the local servers.
examples: packages peers
	$(SWIFT) build --package-path Examples
	$(PYTHON) Examples/test.py "$$($(SWIFT) build --package-path Examples --show-bin-path)"

# Random input for every reader of external data: `make fuzz ROUNDS=1000000 SEED=7`. `make test` runs
# the same tests with few rounds.
ROUNDS ?= 100000
SEED ?= 1
fuzz: packages
	$(SWIFT) build --build-tests
	CDNOTIFY_FUZZ_ROUNDS=$(ROUNDS) CDNOTIFY_TEST_SEED=$(SEED) \
	  $(SWIFT) test --skip-build --filter FuzzTests

lint:
	$(SWIFT) format lint --strict --recursive $(SOURCES)
	python3 contrib/lint/sentences.py $(SOURCES)

format:
	$(SWIFT) format --in-place --recursive $(SOURCES)

# Generates the documentation of commands, channels, documents and messages from the program, and
# the library's reference from its sources.
docs: packages reference
	CDNOTIFY_WRITE_DOCS=1 $(SWIFT) test --filter DocumentTests

reference: packages
	SWIFT=$(SWIFT) contrib/reference/build-reference $(REFERENCE)

demo: packages peers
	$(SWIFT) build --product cdnotify
	$(PYTHON) contrib/demo/demo.py "$$($(SWIFT) build --show-bin-path)/cdnotify"

# The documentation's pictures of messages; needs Chromium.
pictures: packages peers
	$(SWIFT) build --product cdnotify
	for picture in mail slack digest chats github amazon_q; do \
	  $(PYTHON) contrib/pictures/$$picture.py "$$($(SWIFT) build --show-bin-path)/cdnotify" || exit 1; \
	done

# `make bench COUNT=1` counts requests, fsyncs, page faults and the like instead of timing.
bench: packages peers build
	$(PYTHON) Benchmarks/run.py "$$($(SWIFT) build $(RELEASE) --show-bin-path)/cdnotify" \
	  $(if $(COUNT),--count,--results Benchmarks/RESULTS.md)

# Whether each sentence of docs/troubleshooting.md has been said, as a part of `make test`. SAID="FILE…"
# adds what was printed by hand.
said: packages peers build
	$(SWIFT) build --build-tests
	$(TEST_COMMAND)
	$(FIND_UNSAID)

man:
	man ./man/cdnotify.1

# Copies the result of `make build`, and builds nothing: root may have no Swift. The units and the
# crontab file get the path at which the program is installed.
install:
	@test -x $(BUILT) || { echo 'Run "make build" first.' >&2; exit 1; }
	install -D -m 755 $(BUILT) "$(DESTDIR)$(PREFIX)/bin/cdnotify"
	for page in man/*.[157]; do \
	  install -D -m 644 "$$page" "$(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$${page##*/}" || exit 1; \
	done
	$(BUILT) --generate-completion-script bash | \
	  install -D -m 644 /dev/stdin "$(DESTDIR)$(PREFIX)/share/bash-completion/completions/cdnotify"
	$(BUILT) --generate-completion-script zsh | \
	  install -D -m 644 /dev/stdin "$(DESTDIR)$(ZSH_COMPLETIONS)/_cdnotify"
	$(BUILT) --generate-completion-script fish | \
	  install -D -m 644 /dev/stdin "$(DESTDIR)$(FISH_COMPLETIONS)/cdnotify.fish"
	for unit in cdnotify.service cdnotify.timer; do \
	  sed 's,/usr/local/bin/,$(PREFIX)/bin/,' contrib/systemd/$$unit | \
	    install -D -m 644 /dev/stdin "$(DESTDIR)$(SYSTEMD_UNITS)/$$unit" || exit 1; \
	done

# A Debian package, and a tarball with checksums and a list of what is in it.
deb: build
	contrib/debian/build-package $(DIST)

# What keeps two builds of a commit in different folders apart is .swift_modhash: the compiler's hash
# of what it was given, paths among it, 16 bytes a module. Nothing reads it when the program runs.
dist: build
	contrib/dist/make-dist $(DIST)

# Installs, upgrades, removes and purges the package in a clean Debian; needs root.
test-deb: build
	contrib/debian/test-package $(DIST)

packages:
	@contrib/install-packages

peers: $(PEERS)/installed $(PEERS)/ministack/installed

$(PEERS)/installed: Tests/Peers/requirements.txt
	python3 -m venv $(PEERS)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -r Tests/Peers/requirements.txt
	touch $@

# The second DynamoDB server needs other versions of the same libraries.
$(PEERS)/ministack/installed: Tests/Peers/requirements-ministack.txt $(PEERS)/installed
	python3 -m venv $(PEERS)/ministack
	$(PEERS)/ministack/bin/python -m pip install --quiet --disable-pip-version-check \
	  -r Tests/Peers/requirements-ministack.txt
	touch $@

clean:
	rm -rf .build Examples/.build $(PEERS) $(DIST) $(REFERENCE)
