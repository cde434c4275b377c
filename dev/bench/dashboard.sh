# Sourced by bench.sh: the dashboard.
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2034,SC2154 # the backquotes are Markdown; what is not assigned here bench.sh sets

measure ping # whose nodes are used here
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
