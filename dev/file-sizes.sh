#!/bin/bash
# Fails when a file that people write and read has more than 400 lines. Generated files are left out: they say in their
# first line which program writes them.
set -euo pipefail
cd "$(dirname "$0")/.."

limit=400
failed=0
while IFS= read -r file; do
    [ -f "$file" ] || continue # deleted, and not yet committed
    lines=$(wc -l <"$file")
    ((lines > limit)) || continue
    [[ $(head -n 1 "$file") =~ ^(//|%%|#)\ Written\ by ]] && continue
    echo "$file: $lines lines; split it into files of at most $limit lines, each with a name for what it holds" >&2
    failed=1
done < <(git ls-files --cached --others --exclude-standard -- \
    '*.swift' '*.c' '*.h' '*.def' '*.modulemap' '*.erl' '*.escript' '*.expr' '*.sh' '*.py' Makefile .ci/run)
exit $failed
