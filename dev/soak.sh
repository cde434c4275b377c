#!/bin/bash
# The longest rung of the tests: dev/soak.sh [SECONDS]. The parts, one after the other; a part that fails does not keep
# the others from running:
#   - the suites that start no node, under the address and the thread sanitizer;
#   - long runs against nodes of every release, each for so many seconds (600 unless said otherwise), and one fault seen
#     from every vantage, on every release;
#   - clusters of many nodes;
#   - every fuzz target for a minute.
set -uo pipefail
cd "$(dirname "$0")/.." || exit

seconds=${1:-600}
swift=${SWIFT:-swift}
failed=()

part() {
    local name=$1
    printf '\n=== %s (after %d s)\n' "$name" "$SECONDS"
    shift
    "$@" || failed+=("$name")
}

# Suites with nodes would measure the sanitizer's slowness against the nodes' deadlines.
pure='ErlangTermTests|DistributionProtocolTests|DiagnosisTests|TransportTests|ErlangNodeTests|PacketCaptureTests'
pure+='|HandshakeTraceTests|LineEditorTests|PresentationTests|ReleaseFilesTests|ClusterAdminTests|FuzzTargetsTests'
pure+='|TerminalCanvasTests|DashboardTests|SSHTransportTests'

sanitized() {
    # Swift's own report of a crash takes minutes and hides the sanitizer's.
    # The memory map, which one test reads, is the sanitizer's own. It keeps what was freed, a quarter of a GiB unless told
    # otherwise; tests say how much memory is used.
    SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0:quarantine_size_mb=32 \
        TSAN_OPTIONS="suppressions=$PWD/dev/thread-sanitizer.supp" dev/swift-test.sh \
        --sanitize "$1" --scratch-path ".build-$1" --filter "$pure" --skip 'tableOfFunctionsIsReadOnly|ManyMembersFeedTests'
}

part 'address sanitizer' sanitized address
part 'thread sanitizer' sanitized thread
part 'debug build' "$swift" build --build-tests -Xswiftc -warnings-as-errors \
    --explicit-target-dependency-import-check error
part "long runs, $seconds s" env ERLCLU_MATRIX=1 ERLCLU_SOAK_SECONDS="$seconds" \
    dev/swift-test.sh --skip-build --filter 'LongRunSoakTests|VisibleMemberSoakTests|GlobalChaosSoakTests|LiveAgreementTests|PairAgreementTests'
# Sixty nodes, and three hundred on one thread, want the machine for themselves.
for suite in ManyNodesSoakTests ManyMembersFeedTests; do
    part "$suite" env ERLCLU_SOAK_SECONDS="$seconds" dev/swift-test.sh --skip-build --filter "$suite"
done
part 'fuzz' dev/fuzz.sh 60

if ((${#failed[@]})); then
    printf '\n=== failed after %d s: %s\n' "$SECONDS" "${failed[*]}"
    exit 1
fi
printf '\n=== soaked for %d s, nothing found\n' "$SECONDS"
