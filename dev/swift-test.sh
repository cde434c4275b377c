#!/bin/bash
# Runs `swift test` with the arguments given. Lines are cut at 1,000 bytes, and what failed is printed once
# more at the end: among hundreds of tests that run beside each other it is not found otherwise.
# Ends as `swift test` does.
set -uo pipefail
cd "$(dirname "$0")/.." || exit

log=$(mktemp)
trap 'rm -f "$log"' EXIT
${SWIFT:-swift} test "$@" 2>&1 | stdbuf -oL cut -b1-1000 | tee "$log"
status=${PIPESTATUS[0]}
if ((status != 0)); then
    printf '\n=== what failed\n'
    # A detail begins with an arrow or is indented; the next event begins with another sign.
    awk '/^✘/ { shown = 40 } /^(◇|✔|━|➜)/ { shown = 0 } shown-- > 0' "$log"
    grep -aE '^error:|Fatal error|crash|unexpectedly exited' "$log" | tail -5
fi
exit "$status"
