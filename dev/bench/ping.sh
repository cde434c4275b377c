# Sourced by bench.sh: `ping` of nodes that are named.
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2154 # the backquotes are Markdown; what is not assigned here bench.sh sets

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
