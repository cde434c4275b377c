# The commands for people; the scripts are in dev/. `make` alone builds the release.
SWIFT ?= swift
PREFIX ?= /usr/local
DESTDIR ?=
INSTALL ?= install
RELEASE = .build-release/release
# The flags of every debug build, here and in .ci/run: with others all would be compiled anew.
CHECKED = -Xswiftc -warnings-as-errors --explicit-target-dependency-import-check error

.PHONY: release try demo test test-matrix soak lint generated format bench fuzz install uninstall clean

release:
	@dev/packages.sh build
	@SWIFT='$(SWIFT)' dev/build-release.sh

# From a fresh machine to the answer of a real node.
try:
	@dev/packages.sh build node
	@SWIFT='$(SWIFT)' dev/build-release.sh
	@dev/try.sh

# A cluster of three erlclud that needs no Erlang, and the dashboard on it.
demo:
	@dev/packages.sh build
	@SWIFT='$(SWIFT)' dev/build-release.sh
	@$(RELEASE)/erlclu-ctl demo

test:
	@dev/packages.sh build node test
	$(SWIFT) build --build-tests $(CHECKED)
	@SWIFT='$(SWIFT)' dev/swift-test.sh --skip-build

# The tests that speak to nodes, with OTP 23, 25, 27 and 29.
test-matrix:
	@dev/packages.sh build node test matrix
	@dev/otp-roots.sh
	$(SWIFT) build --build-tests $(CHECKED)
	@ERLCLU_MATRIX=1 SWIFT='$(SWIFT)' dev/swift-test.sh --skip-build --filter 'ErlcluTestSupportTests|InteropTests|CommandTests'

# What takes too long for every change: sanitizers, ten-minute runs, agreement on all releases, a minute of fuzzing a
# target. Run it once before an issue is closed.
soak:
	@dev/packages.sh build node test matrix
	@dev/otp-roots.sh
	@SWIFT='$(SWIFT)' dev/soak.sh

lint:
	@dev/packages.sh lint
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests
	shellcheck dev/*.sh dev/*/*.sh .ci/run
	dev/file-sizes.sh
	dev/target-imports.sh
	@if ls man/*.[1-8] >/dev/null 2>&1; then mandoc -Tlint -Wwarning man/*.[1-8]; fi

# Writes man/ and completions/ from the tables in the program; a test compares them.
generated:
	$(SWIFT) build --product erlclu-ctl $(CHECKED)
	$(SWIFT) build --product erlclud $(CHECKED)
	@programs=$$($(SWIFT) build --show-bin-path); tool=$$programs/erlclu-ctl; node=$$programs/erlclud; \
	for page in erlclu-ctl.1 erlclu.config.5; do "$$tool" manual $$page >man/$$page || exit 1; done; \
	"$$tool" completion bash >completions/erlclu-ctl.bash && \
	"$$tool" completion zsh >completions/_erlclu-ctl && \
	"$$tool" completion fish >completions/erlclu-ctl.fish && \
	"$$node" --manual >man/erlclud.8 && \
	"$$node" --completion bash >completions/erlclud.bash && \
	"$$node" --completion zsh >completions/_erlclud && \
	"$$node" --completion fish >completions/erlclud.fish

format:
	$(SWIFT) format --in-place --recursive Package.swift Sources Tests

bench:
	@dev/packages.sh build node bench
	@SWIFT='$(SWIFT)' dev/bench.sh

fuzz:
	@dev/fuzz.sh

# Builds only when there is nothing to install, so that `make && sudo make install` compiles nothing as root.
install:
	@test -x $(RELEASE)/erlclu-ctl -a -x $(RELEASE)/erlclud || $(MAKE) release
	$(INSTALL) -d '$(DESTDIR)$(PREFIX)/bin'
	$(INSTALL) -m 755 -s $(RELEASE)/erlclu-ctl '$(DESTDIR)$(PREFIX)/bin/erlclu-ctl'
	$(INSTALL) -m 755 -s $(RELEASE)/erlclud '$(DESTDIR)$(PREFIX)/bin/erlclud'
	$(INSTALL) -d '$(DESTDIR)$(PREFIX)/share/erlclu' '$(DESTDIR)$(PREFIX)/lib/systemd/system'
	$(INSTALL) -m 644 deploy/erlclud.rules.yml '$(DESTDIR)$(PREFIX)/share/erlclu/erlclud.rules.yml'
	sed 's|/usr/bin/erlclud|$(PREFIX)/bin/erlclud|' deploy/erlclud.service \
	  >'$(DESTDIR)$(PREFIX)/lib/systemd/system/erlclud.service'
	chmod 644 '$(DESTDIR)$(PREFIX)/lib/systemd/system/erlclud.service'
	@for page in man/*.[1-8]; do test -e "$$page" || continue; \
	  section='$(DESTDIR)$(PREFIX)/share/man/man'$${page##*.}; \
	  $(INSTALL) -d "$$section" && $(INSTALL) -m 644 "$$page" "$$section/" || exit 1; done
	@install_completion() { test -e "$$1" || return 0; \
	  $(INSTALL) -d "$$2" && $(INSTALL) -m 644 "$$1" "$$2/$$3"; }; \
	share='$(DESTDIR)$(PREFIX)/share'; \
	install_completion completions/erlclu-ctl.bash "$$share/bash-completion/completions" erlclu-ctl && \
	install_completion completions/_erlclu-ctl "$$share/zsh/site-functions" _erlclu-ctl && \
	install_completion completions/erlclu-ctl.fish "$$share/fish/vendor_completions.d" erlclu-ctl.fish && \
	install_completion completions/erlclud.bash "$$share/bash-completion/completions" erlclud && \
	install_completion completions/_erlclud "$$share/zsh/site-functions" _erlclud && \
	install_completion completions/erlclud.fish "$$share/fish/vendor_completions.d" erlclud.fish

uninstall:
	rm -f '$(DESTDIR)$(PREFIX)/bin/erlclu-ctl' '$(DESTDIR)$(PREFIX)/bin/erlclud'
	rm -f '$(DESTDIR)$(PREFIX)/lib/systemd/system/erlclud.service'
	rm -rf '$(DESTDIR)$(PREFIX)/share/erlclu'
	@for page in man/*.[1-8]; do rm -f '$(DESTDIR)$(PREFIX)/share/man/man'$${page##*.}/"$${page##*/}"; done
	@rm -f '$(DESTDIR)$(PREFIX)/share/bash-completion/completions/erlclu-ctl' \
	  '$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_erlclu-ctl' \
	  '$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/erlclu-ctl.fish' \
	  '$(DESTDIR)$(PREFIX)/share/bash-completion/completions/erlclud' \
	  '$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_erlclud' \
	  '$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/erlclud.fish'

clean:
	rm -rf .build .build-*
