# Sourced by bench.sh: a trace.
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2154 # the backquotes are Markdown; what is not assigned here bench.sh sets

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
