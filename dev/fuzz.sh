#!/bin/bash
# Fuzzes every target for so many seconds, two at a time: dev/fuzz.sh [SECONDS [TARGET...]]. 60 seconds and all
# targets unless said otherwise; `dev/fuzz.sh build` only builds. What crashes is written to .build-fuzz/findings; once
# mended it belongs into Tests/Fuzz/corpus/TARGET, where the tests run it for ever.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-60}
shift || true
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then targets=(terms text handshake frames epmd epmd-requests global vm-args env-sh optfile context tls capture recording ssh-config known-hosts ssh-bridge ssh-agent); fi

# Without the last flag the two sanitizers exclude each other, and nobody looks at addresses.
ERLCLU_FUZZ=1 "${SWIFT:-swift}" build -c release --product erlclu-fuzz --sanitize fuzzer --sanitize address \
    -Xswiftc -sanitize=fuzzer,address --scratch-path .build-fuzz
if [ "$seconds" = build ]; then exit; fi

fuzzer=$PWD/.build-fuzz/release/erlclu-fuzz
findings=$PWD/.build-fuzz/findings
mkdir -p "$findings"
# Swift's own report of a crash takes minutes and hides libFuzzer's.
export SWIFT_BACKTRACE=enable=no

fuzz() {
    local target=$1 grown=$PWD/.build-fuzz/grown/$1 dictionary=Tests/Fuzz/dictionaries/$1.dict
    local options=(-max_total_time="$seconds" -rss_limit_mb=2048 -malloc_limit_mb=1024 -timeout=10 -max_len=4096
        -artifact_prefix="$findings/$target-" -print_final_stats=1)
    if [ -f "$dictionary" ]; then options+=(-dict="$dictionary"); fi
    mkdir -p "$grown"
    if FUZZ_TARGET=$target "$fuzzer" "${options[@]}" "$grown" "Tests/Fuzz/corpus/$target" \
        </dev/null >"$findings/$target.log" 2>&1
    then
        grep -a '^Done' "$findings/$target.log" | sed "s/^/$target: /"
    else
        tail -n 40 "$findings/$target.log"
        echo "$target: FOUND SOMETHING"
        return 1
    fi
}

failed=0
for ((index = 0; index < ${#targets[@]}; index += 2)); do
    running=()
    for target in "${targets[@]:index:2}"; do
        fuzz "$target" &
        running+=($!)
    done
    for job in "${running[@]}"; do wait "$job" || failed=1; done
done
exit "$failed"
