#!/bin/bash
# Measures the figures that docs/figures.md promises, each side by side with its yardstick in one run: medians, the
# contenders taking turns so that a busy moment hits all. Prints a table in Markdown; exits 1 when a bound is missed.
#   ROUNDS=6 ONLY='terms calls' dev/bench.sh
# ONLY names the parts to measure, which are files in dev/bench; all without it.
# shellcheck disable=SC2034,SC2317 # the parts use what stands here
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=dev/throwaway-node.sh
. dev/throwaway-node.sh
# shellcheck source=dev/bench/release.sh
. dev/bench/release.sh
# shellcheck source=dev/bench/ssh-host.sh
. dev/bench/ssh-host.sh

# In the order of the table.
parts=(commands console trace terms calls connections cluster ping ssh dashboard capture erlclud)
only=${ONLY:-${parts[*]}}
for part in $only; do
    case " ${parts[*]} " in
    *" $part "*) ;;
    *)
        echo "bench.sh: ONLY=$part: there is ${parts[*]}" >&2
        exit 64
        ;;
    esac
done

rounds=${ROUNDS:-6}
runs=5 # in a round
failed=0
rows=()

note() { echo "bench: $*" >&2; }

# summary FILE: the median and the least of the numbers in it.
summary() { sort -g "$1" | awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int((NR + 2) / 2)]) / 2, v[1] }'; }

# figure NAME MEASURED YARDSTICK UNIT BOUND: a row; the two are files of numbers, and BOUND is how many times the
# yardstick's median that of MEASURED may be. The least times stand in brackets: they say what a busy machine hides.
figure() {
    local row
    row=$(awk -v name="$1" -v measured="$(summary "$2")" -v yard="$(summary "$3")" -v unit="$4" -v bound="$5" 'BEGIN {
        split(measured, m); split(yard, y)
        ratio = m[1] / y[1]
        printf "| %s | %s (%s) %s | %s (%s) %s | %.3g | %s | %s |", name, short(m[1]), short(m[2]), unit,
            short(y[1]), short(y[2]), unit, ratio, bound, ratio <= number(bound) ? "yes" : "**no**" }
        function short(value) { return sprintf(value >= 100 ? "%.0f" : "%.3g", value) }
        function number(text, parts) { return split(text, parts, "/") == 2 ? parts[1] / parts[2] : text + 0 }')
    rows+=("$row")
    note "$row"
    case $row in *'**no**'*) failed=1 ;; esac
}

# limit NAME MEASURED UNIT BOUND: a row without a yardstick.
limit() {
    local row
    row=$(awk -v name="$1" -v measured="$2" -v unit="$3" -v bound="$4" 'BEGIN {
        if (unit) unit = " " unit
        printf "| %s | %.4g%s | | | %s%s | %s |", name, measured, unit, bound, unit,
            measured <= bound ? "yes" : "**no**" }')
    rows+=("$row")
    note "$row"
    case $row in *'**no**'*) failed=1 ;; esac
}

# contend NAME COMMAND NAME COMMAND ...: the milliseconds that whole processes take, into $work/NAME.times.
contend() {
    local round i all=("$@")
    for ((i = 0; i < ${#all[@]}; i += 2)); do : >"$work/${all[i]}.times"; done
    for ((round = 0; round < rounds; round++)); do
        for ((i = 0; i < ${#all[@]}; i += 2)); do
            hyperfine -N --style none --warmup 1 --runs "$runs" --export-json "$work/times.json" "${all[i + 1]}" \
                >"$work/hyperfine.log" 2>&1 || {
                cat "$work/hyperfine.log" >&2
                eval "${all[i + 1]}" >&2 || true # what it has to say
                return 1
            }
            sed -n '/"times"/,/]/p' "$work/times.json" | grep -oE '[0-9]+\.[0-9e-]+' |
                awk '{ print $1 * 1000 }' >>"$work/${all[i]}.times"
        done
    done
}

peak_mebibytes() { /usr/bin/time -f %M -o "$work/peak" "$@" >/dev/null && awk '{ print $1 / 1024 }' "$work/peak"; }

note 'building'
products=(erlclud erlclu-bench)
[ "$only" = erlclud ] || products+=(erlclu-ctl)
ERLCLU_BENCH=1 dev/build-release.sh "${products[@]}"
# Measured as they are installed.
tool=$work/erlclu-ctl
daemon=$work/erlclud
strip -o "$daemon" .build-release/release/erlclud
[ "$only" = erlclud ] || strip -o "$tool" .build-release/release/erlclu-ctl
inside=$PWD/.build-release/release/erlclu-bench

note 'starting nodes'
erlc -o "$work" dev/bench/calls.erl dev/bench/turns.erl
make_authority
make_certificate node
make_certificate tool
start_epmd
tls=(-proto_dist inet_tls -ssl_dist_optfile "$work/node.conf")
start_node tcp
start_node tls "${tls[@]}"
[ "$only" = erlclud ] || make_relx_release tls
port_of() { epmd -names | sed -n "s/^name $1 at port //p"; }
cookie=$(cat "$work/cookie")
export TERM=xterm-256color XDG_STATE_HOME=$work/state

calls=2000
# calls_of MODULE NAME ROUND ARGUMENT...: a second node calls node NAME by MODULE (erpc or rpc); microseconds of one call, into
# $work/MODULE-NAME.times.
calls_of() {
    local module=$1 name=$2 caller=$1-caller-$2-$3
    shift 3
    start_node "$caller" "$@" -pa "$work" \
        -eval "spawn(fun() -> calls:run($module, '$name@127.0.0.1', $calls, 5, \"$work/$caller.calls\"), halt() end)."
    await "$module with $name" test -e "$work/$caller.calls"
    cat "$work/$caller.calls" >>"$work/$module-$name.times"
}

# measure PART: unless it was measured.
declare -A measured
measure() {
    [ -z "${measured[$1]:-}" ] || return 0
    measured[$1]=yes
    # shellcheck disable=SC1090 # each is checked by itself
    . "dev/bench/$1.sh"
}
for part in "${parts[@]}"; do
    case " $only " in *" $part "*) measure "$part" ;; esac
done

echo "$(date +%F), $(uname -m), $(nproc) cores. Median (least)."
echo
echo '| what | ours | yardstick | ratio | at most | met |'
echo '| --- | --- | --- | --- | --- | --- |'
printf '%s\n' "${rows[@]}"
exit $failed
