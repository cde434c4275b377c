# Sourced by bench.sh: sequential calls.
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2154 # the backquotes are Markdown; what is not assigned here bench.sh sets

note 'sequential calls'
for ((round = 0; round < 3; round++)); do
    calls_of erpc tcp "$round"
    "$inside" call tcp@127.0.0.1 "$work/cookie" "$calls" 5 >>"$work/call-tcp.times"
    calls_of erpc tls "$round" "${tls[@]}"
    "$inside" call tls@127.0.0.1 "$work/cookie" "$calls" 5 "$work/ca.pem" "$work/tool.pem" "$work/tool.key" \
        >>"$work/call-tls.times"
done
for transport in tcp tls; do
    figure "sequential rpc on one connection, ${transport^^}, against \`erpc:call\` between two nodes" \
        "$work/call-$transport.times" "$work/erpc-$transport.times" µs 1.2
done
