#!/bin/bash
# Measures the figures that the README promises, each side by side with its yardstick in one run: medians, the
# contenders taking turns so that a busy moment hits all. Prints a table in Markdown; exits 1 when a bound is missed.
#   ROUNDS=6 dev/bench.sh
# shellcheck disable=SC2016 # the backquotes are Markdown
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=dev/throwaway-node.sh
. dev/throwaway-node.sh
# shellcheck source=dev/bench/release.sh
. dev/bench/release.sh

rounds=${ROUNDS:-6}
runs=5 # in a round
failed=0
rows=()

note() { echo "bench: $*" >&2; }

# figure NAME MEASURED YARDSTICK UNIT BOUND: a row; BOUND is how many yardsticks MEASURED may be.
figure() {
    local row
    row=$(awk -v name="$1" -v measured="$2" -v yard="$3" -v unit="$4" -v bound="$5" 'BEGIN {
        ratio = measured / yard
        printf "| %s | %s %s | %s %s | %.3g | %.3g | %s |", name, short(measured), unit, short(yard), unit, ratio,
            bound, ratio <= bound ? "yes" : "**no**" }
        function short(value) { return sprintf(value >= 1000 ? "%.0f" : "%.3g", value) }')
    rows+=("$row")
    case $row in *'**no**'*) failed=1 ;; esac
}

# limit NAME MEASURED UNIT BOUND: a row without a yardstick.
limit() {
    local row
    row=$(awk -v name="$1" -v measured="$2" -v unit="$3" -v bound="$4" 'BEGIN {
        printf "| %s | %.4g %s | | | %s %s | %s |", name, measured, unit, bound, unit,
            measured <= bound ? "yes" : "**no**" }')
    rows+=("$row")
    case $row in *'**no**'*) failed=1 ;; esac
}

not_measured() { rows+=("| $1 | | | | $2 | not measured |"); }

median() { sort -g | awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int((NR + 2) / 2)]) / 2 }'; }

# contend LABEL COMMAND LABEL COMMAND ...: median_of[LABEL], in milliseconds.
declare -A median_of
contend() {
    local -A times=()
    local round label command all=("$@") i
    for ((round = 0; round < rounds; round++)); do
        for ((i = 0; i < ${#all[@]}; i += 2)); do
            label=${all[i]} command=${all[i + 1]}
            hyperfine -N --style none --warmup 1 --runs $runs --export-json "$work/times.json" "$command" \
                >"$work/hyperfine.log" 2>&1 || {
                cat "$work/hyperfine.log" >&2
                eval "$command" >&2 || true # what it has to say
                return 1
            }
            times[$label]+=$(sed -n '/"times"/,/]/p' "$work/times.json" | grep -oE '[0-9]+\.[0-9e-]+' | tr '\n' ' ')' '
        done
    done
    for ((i = 0; i < ${#all[@]}; i += 2)); do
        label=${all[i]}
        median_of[$label]=$(tr ' ' '\n' <<<"${times[$label]}" | grep . | awk '{ print $1 * 1000 }' | median)
        note "$label: ${median_of[$label]} ms"
    done
}

# shellcheck disable=SC2317 # called through eval
peak_mebibytes() { /usr/bin/time -f %M -o "$work/peak" "$@" >/dev/null && awk '{ print $1 / 1024 }' "$work/peak"; }

note 'building'
dev/build-release.sh
tool=$PWD/.build-release/release/erlclu-ctl
# Measured as it is installed.
strip -o "$work/erlclu-ctl" "$tool"
tool=$work/erlclu-ctl
ERLCLU_BENCH=1 "${SWIFT:-swift}" build -c release --scratch-path .build-bench --product erlclu-bench >&2
inside=$PWD/.build-bench/release/erlclu-bench

note 'starting nodes'
erlc -o "$work" dev/bench/erpc_calls.erl dev/bench/turns.erl
make_authority
make_certificate node
make_certificate tool
start_epmd
tls=(-proto_dist inet_tls -ssl_dist_optfile "$work/node.conf")
start_node tcp
start_node tls "${tls[@]}"
make_relx_release tls
port_of() { epmd -names | sed -n "s/^name $1 at port //p"; }
cookie=$(cat "$work/cookie")

# --- whole processes
over_tls="$tool eval 'node().' -n tls@127.0.0.1 --optfile $work/tool.conf --cookie-file $work/cookie"
over_tcp="$tool eval 'node().' -n tcp@127.0.0.1 --cookie-file $work/cookie"
nodetool="env USE_NODETOOL=1 ERL_FLAGS='-ssl_dist_optfile $work/tool.conf' $work/tls-release/bin/bench eval 'node().'"
s_client="openssl s_client -connect 127.0.0.1:$(port_of tls) -cert $work/tool.pem -key $work/tool.key -CAfile $work/ca.pem"
erl_call="erl_call -r -n tcp@127.0.0.1 -c $cookie -a 'erlang node'"
for command in "$over_tls" "$nodetool"; do
    answer=$(eval "$command")
    [ "$answer" = "'tls@127.0.0.1'" ] || { note "wrong answer: $answer"; exit 1; }
done
contend 'eval, TCP' "$over_tcp" 'erl_call' "$erl_call"
figure "\`eval 'node().'\`, TCP, against \`erl_call -a 'erlang node'\`" \
    "${median_of['eval, TCP']}" "${median_of[erl_call]}" ms 2
contend 'eval, TLS' "$over_tls" 's_client' "$s_client" 'nodetool' "$nodetool"
figure "\`eval 'node().'\`, mutual TLS, against relx's \`nodetool eval\`" \
    "${median_of['eval, TLS']}" "${median_of[nodetool]}" ms 0.0667
figure "\`eval 'node().'\`, mutual TLS, against a bare \`openssl s_client\` handshake" \
    "${median_of['eval, TLS']}" "${median_of[s_client]}" ms 1.5
limit 'peak memory of `eval`, TLS' "$(eval "peak_mebibytes $over_tls")" MiB 25
limit 'peak memory of `eval`, TCP' "$(eval "peak_mebibytes $over_tcp")" MiB 25

# --- terms
note 'terms'
read -r bytes erl_decode erl_encode < <(escript dev/bench/terms.escript "$work/term.bin" 15)
note "a term of $bytes bytes"
figure 'decode a 10 MB term, against `binary_to_term/1`' "$("$inside" decode "$work/term.bin" 15)" "$erl_decode" µs 0.333
figure 'encode the same, against `term_to_binary/1`' "$("$inside" encode "$work/term.bin" 15)" "$erl_encode" µs 1

# --- sequential calls
note 'sequential calls'
calls=4000
erpc() { # NAME ARGUMENT...: a second node calls node NAME; $beam is the microseconds
    local name=$1
    shift
    start_node "caller-$name" "$@" -pa "$work" -eval "spawn(fun() -> erpc_calls:run('$name@127.0.0.1', $calls, \"$work/$name.calls\") end)."
    await "erpc over $name" test -e "$work/$name.calls"
    beam=$(cat "$work/$name.calls")
}
for transport in tcp tls; do
    if [ $transport = tls ]; then erpc tls "${tls[@]}"; else erpc tcp; fi
    what="sequential rpc, ${transport^^}, against \`erpc:call\` between two nodes"
    optfile=()
    [ $transport = tcp ] || optfile=(--optfile "$work/tool.conf")
    if ours=$("$inside" rpc "$transport@127.0.0.1" "$calls" "$work/cookie" "${optfile[@]}" 2>/dev/null); then
        figure "$what" "$ours" "$beam" µs 1.2
    else
        note "erpc:call, $transport: $beam µs"
        not_measured "$what" 1.2
    fi
done

# --- a cluster through one node
note 'a cluster of 20'
for i in $(seq 1 20); do
    start_node "member$i" +S 1 -pa "$work" -eval "net_kernel:connect_node('member1@127.0.0.1')."
done
start_node counter -pa "$work" -eval "turns:start($(port_of member1), \"$work/turns.port\", \"$work/turns\")."
await 'the forwarder' test -e "$work/turns.port"
# No epmd is told: whoever does not go through the one entry node finds nobody.
listed=$("$tool" members -n member1@127.0.0.1 --address "127.0.0.1:$(cat "$work/turns.port")" --epmd none \
    --cookie-file "$work/cookie" -o jsonl | grep -c member) || true
await 'the count' test -e "$work/turns"
read -r connections turns <"$work/turns"
if [ "$listed" -ge 20 ]; then
    # The handshake takes two turns: name, and challenge reply.
    limit 'round trips of `members`, 20 nodes, after the handshake' "$((turns - 2))" '' 3
    limit 'connections of the same' "$connections" '' 1
else
    note "members listed $listed of 20"
    not_measured 'round trips of `members`, 20 nodes' 3
    failed=1
fi

echo '| what | measured | yardstick | ratio | at most | met |'
echo '| --- | --- | --- | --- | --- | --- |'
printf '%s\n' "${rows[@]}"
exit $failed
