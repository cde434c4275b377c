#!/bin/bash
# Compares the dependencies that Package.swift lists for each target with the modules that its files import or include.
# Fails when a target lists one that it does not use, or uses one that it does not list.
set -euo pipefail
cd "$(dirname "$0")/.."

# The targets for benchmarks and fuzzing are part of the package only where these are set.
targets=$(ERLCLU_BENCH=1 ERLCLU_FUZZ=1 "${SWIFT:-swift}" package describe --type json | jq -r '
    .targets[] | [.name, .path, (.sources | join(" ")), ((.target_dependencies // []) | join(" "))] | join("|")')
names=$(cut -d '|' -f 1 <<<"$targets")

# words TEXT: its words, sorted, one a line.
words() { tr ' ' '\n' <<<"$1" | sed '/^$/d' | LC_ALL=C sort -u; }

# used PATH SOURCES: the modules of this package that the files need, sorted. A C target includes PATH/include as well.
used() {
    local file files=()
    for file in $2; do files+=("$1/$file"); done
    while IFS= read -r file; do files+=("$file"); done < <(find "$1/include" -name '*.h' 2>/dev/null)
    sed -nE -e 's/^(@[a-z]+ )*((package|public|internal|private|fileprivate) )?import ([a-z]+ )?([A-Za-z_]+).*/\5/p' \
        -e 's/^#include [<"]([A-Za-z]+)\.h[>"].*/\1/p' "${files[@]}" |
        grep -Fx "$names" | LC_ALL=C sort -u || true
}

failed=0
while IFS='|' read -r name path sources dependencies; do
    while IFS= read -r line; do
        case $line in
        $'\t'*) echo "Package.swift: $name uses ${line#?} and does not list it" >&2 ;;
        *) echo "Package.swift: $name lists $line and does not use it" >&2 ;;
        esac
        failed=1
    done < <(LC_ALL=C comm -3 <(words "$dependencies") <(used "$path" "$sources" | sed "/^$name\$/d"))
done <<<"$targets"
exit $failed
