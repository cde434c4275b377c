#!/bin/bash
# Measures the figures that docs/figures.md promises, each side by side with its yardstick in one run: medians, the
# contenders taking turns so that a busy moment hits all. Prints a table in Markdown; exits 1 when a bound is missed.
#   ROUNDS=6 dev/bench.sh
# shellcheck disable=SC2016 # the backquotes are Markdown
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=dev/throwaway-node.sh
. dev/throwaway-node.sh
# shellcheck source=dev/bench/release.sh
. dev/bench/release.sh
# shellcheck source=dev/bench/ssh-host.sh
. dev/bench/ssh-host.sh

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
            hyperfine -N --style none --warmup 1 --runs $runs --export-json "$work/times.json" "${all[i + 1]}" \
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

# shellcheck disable=SC2317 # called through eval
peak_mebibytes() { /usr/bin/time -f %M -o "$work/peak" "$@" >/dev/null && awk '{ print $1 / 1024 }' "$work/peak"; }

note 'building'
ERLCLU_BENCH=1 dev/build-release.sh erlclu-ctl erlclu-bench
tool=$PWD/.build-release/release/erlclu-ctl
# Measured as it is installed.
strip -o "$work/erlclu-ctl" "$tool"
tool=$work/erlclu-ctl
inside=$PWD/.build-release/release/erlclu-bench

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
contend tcp "$over_tcp" erl_call "$erl_call"
figure "\`eval 'node().'\`, TCP, against \`erl_call -a 'erlang node'\`" "$work/tcp.times" "$work/erl_call.times" ms 2.3
doctor="$tool doctor tls@127.0.0.1 --optfile $work/tool.conf --cookie-file $work/cookie"
contend tls "$over_tls" s_client "$s_client" nodetool "$nodetool" doctor "$doctor"
figure "\`eval 'node().'\`, mutual TLS, against relx's \`nodetool eval\`" "$work/tls.times" "$work/nodetool.times" ms 1/15
figure "\`eval 'node().'\`, mutual TLS, against a bare \`openssl s_client\` handshake" \
    "$work/tls.times" "$work/s_client.times" ms 1.5
figure "\`doctor\` of a healthy node, mutual TLS, against a bare \`openssl s_client\` handshake" \
    "$work/doctor.times" "$work/s_client.times" ms 4
limit 'peak memory of `eval`, TLS' "$(eval "peak_mebibytes $over_tls")" MiB 25
limit 'peak memory of `eval`, TCP' "$(eval "peak_mebibytes $over_tcp")" MiB 25

# --- the console
note 'the console'
export TERM=xterm-256color XDG_STATE_HOME=$work/state
console=("$tool" remote_console -n tls@127.0.0.1 --optfile "$work/tool.conf" --cookie-file "$work/cookie")
remsh=(erl -name undefined@127.0.0.1 -hidden -dist_listen false -setcookie "$cookie" -start_epmd false -proto_dist inet_tls
    -ssl_dist_optfile "$work/tool.conf" -remsh tls@127.0.0.1)
relx=(env USE_NODETOOL=1 ERL_FLAGS="-ssl_dist_optfile $work/tool.conf" "$work/tls-release/bin/bench" remote_console)
# shown FILE: what a terminal got of the list alone.
shown() { tr -d '\r' <"$1" | sed -n '/^\[1,2,3,/,/200000\]/p'; }
for ((round = 0; round < rounds; round++)); do
    "$inside" prompt $runs "${console[@]}" >>"$work/console-prompt.us"
    "$inside" prompt $runs "${remsh[@]}" >>"$work/remsh-prompt.us"
    "$inside" prompt 2 "${relx[@]}" >>"$work/relx-prompt.us"
    "$inside" answer $runs "${console[@]}" >>"$work/console-answer.us"
    "$inside" list $runs "$work/console.list" "${console[@]}" >>"$work/console-list.us"
    "$inside" list $runs "$work/remsh.list" "${remsh[@]}" >>"$work/remsh-list.us"
    cmp <(shown "$work/console.list") <(shown "$work/remsh.list")
done
for times in "$work"/*.us; do awk '{ print $1 / 1000 }' "$times" >"${times%.us}.times"; done
figure '`remote_console`, mutual TLS, from exec to the first prompt, against `erl -remsh`' \
    "$work/console-prompt.times" "$work/remsh-prompt.times" ms 1/8
figure "the same, against relx's \`remote_console\` with nodetool" \
    "$work/console-prompt.times" "$work/relx-prompt.times" ms 1/20
read -r median least < <(summary "$work/console-answer.times")
limit '`remote_console`, mutual TLS: from Enter to the answer of `1+1.`' "$median" ms 10
figure '`remote_console`, mutual TLS, `rp(lists:seq(1,200000)).` into a file, against `erl -remsh`' \
    "$work/console-list.times" "$work/remsh-list.times" ms 1

# --- a trace
note 'a trace'
# What else the machine does is not to be measured; so all that takes part is in one class, nodes and tools alike.
if chrt -f 50 true 2>/dev/null; then turn=(chrt -f 50); fi
for node in tcp-one tcp-two; do start_node $node; done
for node in tls-one tls-two; do start_node $node "${tls[@]}"; done
trace=("$tool" trace dist --cookie-file "$work/cookie" -n)
trace_tls=("$tool" trace dist --cookie-file "$work/cookie" --optfile "$work/tool.conf" -n)
# growth TRANSPORT CA CERT KEY NODE:PORT NODE:PORT COMMAND...: handshakes with two nodes in turns, one of them traced.
growth() {
    local transport=$1
    shift
    "${turn[@]}" "$inside" handshake $((2 * rounds)) 100 "$work/cookie" "$@" >"$work/$transport.handshakes"
    for what in plain traced; do
        awk -v what=$what '$1 == what { print $2 / 1000 }' "$work/$transport.handshakes" >"$work/$transport-$what.times"
    done
    figure "a handshake, ${transport^^}, 2,000 a minute, with a node that \`trace dist\` is on, against one without" \
        "$work/$transport-traced.times" "$work/$transport-plain.times" ms 1.05
}
growth tcp - - - "tcp-one@127.0.0.1:$(port_of tcp-one)" "tcp-two@127.0.0.1:$(port_of tcp-two)" "${trace[@]}" NODE
growth tls "$work/ca.pem" "$work/tool.pem" "$work/tool.key" "tls-one@127.0.0.1:$(port_of tls-one)" \
    "tls-two@127.0.0.1:$(port_of tls-two)" "${trace_tls[@]}" NODE
turn=()
for node in tcp-one tcp-two; do "$tool" stop --cookie-file "$work/cookie" -n $node@127.0.0.1 >&2; done
for node in tls-one tls-two; do
    "$tool" stop --cookie-file "$work/cookie" --optfile "$work/tool.conf" -n $node@127.0.0.1 >&2
done
"$inside" begin $((runs * rounds)) 'tracing ' "${trace_tls[@]}" tls@127.0.0.1 | awk '{ print $1 / 1000 }' >"$work/install.times"
read -r median least < <(summary "$work/install.times")
limit '`trace dist` on one node, mutual TLS, from exec to `tracing`' "$median" ms 150
note "trace: least $least ms"

# --- terms
note 'terms'
for ((round = 0; round < 3; round++)); do
    escript dev/bench/terms.escript "$work/term.bin" 7 >"$work/beam.terms"
    for what in decode encode; do
        awk -v what=$what '$1 == what { print $2 / 1000 }' "$work/beam.terms" >>"$work/beam-$what.times"
    done
    for what in decode encode-view encode-value; do
        "$inside" $what "$work/term.bin" 7 | awk '{ print $1 / 1000 }' >>"$work/$what.times"
    done
done
figure 'decode a 10 MB term into the form that the tool works on, against `binary_to_term/1`' \
    "$work/decode.times" "$work/beam-decode.times" ms 1/3
figure 'encode the same from that form, against `term_to_binary/1`' \
    "$work/encode-view.times" "$work/beam-encode.times" ms 1
figure 'encode the same from a tree of values, against `term_to_binary/1`' \
    "$work/encode-value.times" "$work/beam-encode.times" ms 1

# --- sequential calls
note 'sequential calls'
calls=2000
# erpc NAME ROUND ARGUMENT...: a second node calls node NAME; microseconds of one call, into $work/erpc-NAME.times.
erpc() {
    local name=$1 caller=caller-$1-$2
    shift 2
    start_node "$caller" "$@" -pa "$work" \
        -eval "spawn(fun() -> erpc_calls:run('$name@127.0.0.1', $calls, 5, \"$work/$caller.calls\"), halt() end)."
    await "erpc over $name" test -e "$work/$caller.calls"
    cat "$work/$caller.calls" >>"$work/erpc-$name.times"
}
for ((round = 0; round < 3; round++)); do
    erpc tcp "$round"
    "$inside" call tcp@127.0.0.1 "$work/cookie" $calls 5 >>"$work/call-tcp.times"
    erpc tls "$round" "${tls[@]}"
    "$inside" call tls@127.0.0.1 "$work/cookie" $calls 5 "$work/ca.pem" "$work/tool.pem" "$work/tool.key" \
        >>"$work/call-tls.times"
done
for transport in tcp tls; do
    figure "sequential rpc on one connection, ${transport^^}, against \`erpc:call\` between two nodes" \
        "$work/call-$transport.times" "$work/erpc-$transport.times" µs 1.2
done

# --- many connections on one loop
note 'many connections'
limit 'an acceptor with 500 TCP connections, 1,000 messages a second in all: share of a processor' \
    "$("$inside" connections 500 1000 5)" % 3

# --- a cluster through one node
note 'a cluster of 20'
for i in $(seq 1 20); do
    start_node "member$i" +S 1 -pa "$work" -eval "net_kernel:connect_node('member1@127.0.0.1')."
done
start_node counter -pa "$work" -eval "turns:start($(port_of member1), \"$work/turns.port\", \"$work/turns\")."
await 'the forwarder' test -e "$work/turns.port"
# No epmd is told: whoever does not go through the one entry node finds nobody.
members="$tool members -n member1@127.0.0.1 --address 127.0.0.1:$(cat "$work/turns.port") --epmd none
    --cookie-file $work/cookie -o jsonl"
# Until all of them know each other.
# shellcheck disable=SC2317 # called through await
whole() { [ "$($members | grep -c '"member')" -ge 20 ]; }
await 'the cluster of 20' whole
sleep 0.1 # the forwarder writes once the connection is closed
after=0 turns=0
read -r before _ <"$work/turns"
$members >/dev/null
await 'the count' eval 'read -r after turns <"$work/turns"; [ "$after" -gt "$before" ]'
limit '`members`, 20 nodes through one: connections' "$((after - before))" '' 1
# The handshake takes two turns: name, and challenge reply.
limit '`members`, 20 nodes through one: round trips after the handshake' "$((turns - 2))" '' 3
contend members "${members/$'\n'/ }"
read -r median least < <(summary "$work/members.times")
limit '`members`, 20 nodes through one: whole process, median' "$median" ms 1000
note "members: least $least ms"

# --- nodes that are named
note 'ping of 20 nodes'
named=()
for i in $(seq 1 20); do
    start_node "named$i" +S 1 "${tls[@]}"
    named+=(-n "named$i@127.0.0.1")
done
ping="$tool ping --cookie-file $work/cookie --optfile $work/tool.conf"
[ "$($ping "${named[@]}" | grep -c pong)" = 20 ] || { note 'not all nodes answered'; exit 1; }
contend ping-all "$ping ${named[*]}" ping-one "$ping -n named1@127.0.0.1"
figure '`ping` of 20 nodes named by `-n`, mutual TLS, against one' \
    "$work/ping-all.times" "$work/ping-one.times" ms 8

# --- through an SSH host
note 'through an SSH host'
start_ssh_host
contend via-ssh "$ping -n named1@127.0.0.1 --via ssh:$ssh_host" straight "$ping -n named1@127.0.0.1" \
    ssh-true "ssh -p ${ssh_host#*:} ${ssh_host%:*} true"
paste "$work/straight.times" "$work/ssh-true.times" | awk '{ print $1 + $2 }' >"$work/sum.times"
figure '`ping --via ssh:HOST`, mutual TLS, against `ping` without it and `ssh HOST true`, one after the other' \
    "$work/via-ssh.times" "$work/sum.times" ms 1

# --- through the node's own SSH daemon
note "through the node's own SSH daemon"
start_ssh_daemon
over_ssh="env ERLCLU_SSH_CONFIG=$work/ssh/ssh_config $tool eval --ssh $ssh_daemon"
ssh="ssh -p ${ssh_daemon#*:} ${ssh_daemon%:*}"
[ "$($over_ssh 'node().')" = "'over-ssh@127.0.0.1'" ] || { note 'a wrong answer over SSH'; exit 1; }
contend over-ssh "$over_ssh 'node().'" ssh-node "$ssh 'node().'"
figure "\`eval 'node().'\` over SSH, host key checked, against \`ssh HOST 'node().'\` of OpenSSH" \
    "$work/over-ssh.times" "$work/ssh-node.times" ms 1
# The bridge sends a value in lines of base64: OpenSSH carries as many bytes. The daemon of OTP closes right behind them, and
# one time in five OpenSSH takes that for a failure.
printf '#!/bin/sh\n%s %s || [ $? = 255 ]\n' "$ssh" "'binary:copy(<<120>>, 11191640).'" >"$work/ssh-value"
chmod +x "$work/ssh-value"
contend over-ssh-value "$over_ssh -o raw 'binary:copy(<<120>>, 8388608).'" ssh-value "$work/ssh-value"
figure 'an 8 MB value over SSH, against OpenSSH for the same bytes' \
    "$work/over-ssh-value.times" "$work/ssh-value.times" ms 1.1

# --- the dashboard
note 'the dashboard'
for i in $(seq 1 6); do
    "$tool" stop --cookie-file "$work/cookie" --optfile "$work/tool.conf" -n "named$((i + 14))@127.0.0.1" >&2
    "$tool" eval --cookie-file "$work/cookie" --optfile "$work/tool.conf" -n "named$((i + 1))@127.0.0.1" \
        "net_kernel:connect_node('named1@127.0.0.1')." >/dev/null
done
dashboard=("$tool" ui -n named1@127.0.0.1 --optfile "$work/tool.conf" --cookie-file "$work/cookie")
"$inside" screen $((runs * rounds)) '7 UP' "${dashboard[@]}" | awk '{ print $1 / 1000 }' >"$work/dashboard.times"
read -r median least < <(summary "$work/dashboard.times")
limit '`ui`, mutual TLS, 7 nodes, from exec to the screen with all of them' "$median" ms 150
read -rd '' bytes share < <("$inside" rest 20 '7 UP' "${dashboard[@]}") || true
limit 'the same, at rest, a refresh every 2 s: share of a processor' "$share" % 1
note "the same: $(awk -v b="$bytes" 'BEGIN { printf "%.0f", 2 * b }') B to the terminal for a refresh, whatever changed"
# What the nodes have to do for it: while it watches, less what they do without it.
for i in $(seq 1 7); do
    "$tool" eval --cookie-file "$work/cookie" --optfile "$work/tool.conf" -n "named$i@127.0.0.1" \
        'list_to_integer(os:getpid()).' >"$work/named$i.pid"
done
# node_times: the nanoseconds of processor time that each of the seven has taken.
node_times() {
    for i in $(seq 1 7); do
        cat "/proc/$(cat "$work/named$i.pid")"/task/*/schedstat | awk '{ time += $1 } END { printf "%.0f\n", time }'
    done
}
# node_shares SECONDS: the share of a processor that each of the seven takes, in percent.
node_shares() {
    node_times >"$work/nodes.before"
    sleep "$1"
    node_times | paste "$work/nodes.before" - | awk -v seconds="$1" '{ print ($2 - $1) / seconds / 1e7 }'
}
for ((round = 0; round < 3; round++)); do
    node_shares 10 >>"$work/nodes.alone"
    "$inside" rest 16 '7 UP' "${dashboard[@]}" >/dev/null &
    watching=$!
    sleep 3
    node_shares 10 >>"$work/nodes.watched"
    wait "$watching"
done
paste "$work/nodes.watched" "$work/nodes.alone" |
    awk -v asked="$work/asked.cost" -v others="$work/others.cost" \
        '{ print $1 - $2 >(NR % 7 == 1 ? asked : others) }'
read -r median least < <(summary "$work/asked.cost")
limit 'the same: what it costs the node that is asked, share of a processor' "$median" % 0.3
read -r median least < <(summary "$work/others.cost")
limit 'the same: what it costs each other node, share of a processor' "$median" % 0.3
# recording FILE NODES LOOKS CHANGES: what a dashboard would have kept of a cluster whose figures change at each look,
# or, with 0 for CHANGES, nothing but the time.
recording() {
    awk -v nodes="$2" -v looks="$3" -v changes="$4" 'BEGIN {
        for (look = 0; look < looks; look++) {
            printf "{\"schema\":\"erlclu/dashboard/1\",\"time\":%.0f,\"members\":[", 1790000000000000 + 2000000 * look
            for (n = 0; n < nodes; n++) {
                printf "%s{\"node\":\"app%03d@10.0.%d.%d\",\"state\":\"up\",\"kind\":\"visible\",", n ? "," : "", n, n / 250, n % 250
                printf "\"address\":\"10.0.0.%d:38211\",\"transport\":\"tls\",\"otp_release\":\"27\",", n % 250
                printf "\"uptime_seconds\":%d,\"processes\":%d,\"run_queue\":0,\"memory_bytes\":%d,", 1000 + 2 * look, 400 + changes * look % 7, 70000000 + changes * look * n
                printf "\"links\":%d,\"links_expected\":%d,\"certificate_days\":61}", nodes - 1, nodes - 1
            }
            print "]}"
        }
    }' >"$1"
}
recording "$work/still.jsonl" 7 60 0
read -rd '' bytes share < <("$inside" rest 20 '7 UP' "$tool" ui --replay "$work/still.jsonl") || true
limit '`ui`, 7 nodes: bytes to the terminal for a refresh in which only the time changed' \
    "$(awk -v b="$bytes" 'BEGIN { print 2 * b }')" B 200
recording "$work/large.jsonl" 300 3 1
"$inside" key 50 '300 UP' j "$tool" ui --replay "$work/large.jsonl" | awk '{ print $1 / 1000 }' >"$work/key.times"
read -r median least < <(summary "$work/key.times")
limit '`ui`, 300 nodes: from a key to the bytes of the new screen' "$median" ms 10
recording "$work/hour.jsonl" 100 1800 1
read -rd '' bytes share < <("$inside" rest 20 '100 UP' "$tool" ui --replay "$work/hour.jsonl") || true
limit '`ui`, replay of 100 nodes: share of a processor' "$share" % 5
limit '`ui`, an hour of 100 nodes without a pause: peak memory' \
    "$(peak_mebibytes "$tool" ui --replay "$work/hour.jsonl" --once)" MiB 60
rm "$work/hour.jsonl"

# --- a capture
note 'a capture of 500 MB with 1000 handshakes'
"$inside" capture "$work/bulk.pcap" 500000000 1000
cat "$work/bulk.pcap" >/dev/null # both find it in memory
decode="$tool capture decode $work/bulk.pcap -o jsonl"
[ "$($decode | grep -c '"event":"up"')" = 1000 ] || { note 'not all handshakes were found'; exit 1; }
# seconds FILE COMMAND...: what it takes once, added to FILE.
seconds() { /usr/bin/time -f %e -o "$work/seconds" "${@:2}" >/dev/null 2>&1 && cat "$work/seconds" >>"$work/$1"; }
for ((round = 0; round < 3; round++)); do
    # shellcheck disable=SC2086 # words on purpose
    for ((i = 0; i < 3; i++)); do seconds decode.capture $decode; done
    seconds tshark.capture tshark -r "$work/bulk.pcap" -Y erldp
done
figure '`capture decode` of 500 MB with 1,000 handshakes, against `tshark -Y erldp`' \
    "$work/decode.capture" "$work/tshark.capture" s 1/10
# shellcheck disable=SC2086
limit 'peak memory of the same' "$(peak_mebibytes $decode)" MiB 200
rm "$work/bulk.pcap"

echo "$(date +%F), $(uname -m), $(nproc) cores. Median (least)."
echo
echo '| what | ours | yardstick | ratio | at most | met |'
echo '| --- | --- | --- | --- | --- | --- |'
printf '%s\n' "${rows[@]}"
exit $failed
