# Sourced by bench.sh: erlclud.
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2154 # the backquotes are Markdown; what is not assigned here bench.sh sets

note 'erlclud'
make_certificate erlclud
command=("$daemon" --cookie-file "$work/cookie" --listen 127.0.0.1:0 --allow-root)
secure=(--optfile "$work/erlclud.conf")
# said NAME EVENT COUNT: whether the log of erlclud NAME has an event so many times.
# shellcheck disable=SC2317 # called through await
said() { [ "$(grep -c " event=$2\b" "$work/$1.log")" -ge "$3" ]; }
# start_erlclud NAME OPTION...: its log is $work/NAME.log, its process $erlclud.
start_erlclud() {
    local name=$1
    shift
    in_background "${command[@]}" --name "$name@127.0.0.1" "$@" 2>"$work/$name.log"
    erlclud=${children[-1]}
    await "erlclud $name" said "$name" registered 1
}
# resident PID: MiB of a process that are in memory, exactly: what /proc/PID/status says may be off by some hundred KiB.
resident() { awk '$1 == "Rss:" { print $2 / 1024 }' "/proc/$1/smaps_rollup"; }
# share PID SECONDS: of a processor, in percent.
share() {
    local before
    before=$(processor_time "$1")
    sleep "$2"
    processor_time "$1" | awk -v before="$before" -v seconds="$2" '{ print ($1 - before) / seconds / 1e7 }'
}
processor_time() { cat "/proc/$1"/task/*/schedstat | awk '{ time += $1 } END { printf "%.0f\n", time }'; }

"$inside" begin $((runs * rounds)) ' event=listening' "${command[@]}" --name starts@127.0.0.1 "${secure[@]}" \
    --visible --http 127.0.0.1:0 | awk '{ print $1 / 1000 }' >"$work/listening.times"
read -r median least < <(summary "$work/listening.times")
limit '`erlclud`, mutual TLS, with `--http`: from exec to listening' "$median" ms 50
note "listening: least $least ms"

for i in 1 2 3; do start_node "linked$i" "${tls[@]}"; done
linked=static:linked1@127.0.0.1,linked2@127.0.0.1,linked3@127.0.0.1
# idle NAME OPTION...: its memory, once it has done all that it does.
idle() {
    start_erlclud "$@" "${secure[@]}" --visible --discover $linked
    await 'the links' said "$1" up 3
    await 'the handshakes of the canary' said "$1" reached 3
    sleep 5
    memory=$(resident "$erlclud")
    kill "$erlclud" # a further one is to have as many links
}
idle idle
limit '`erlclud`, visible, with 3 links over mutual TLS and a canary: memory' "$memory" MiB 20
# libmicrohttpd needs GnuTLS, and six more.
idle idle-http --http 127.0.0.1:0
limit 'the same with `--http`' "$memory" MiB 24

# Visible nodes, to `global` too, whose links to one another need no sockets.
start_erlclud many "${secure[@]}" --visible
"$inside" links 200 "many@127.0.0.1:$(port_of many)" "$work/cookie" 40 "$work/ca.pem" "$work/tool.pem" "$work/tool.key" \
    >"$work/links" &
linking=$!
await '200 links' test -s "$work/links"
limit '200 visible nodes over mutual TLS join one `erlclud` at once: until each knows all' "$(cat "$work/links")" s 10
limit '`erlclud` with these links, at rest: share of a processor' "$(share "$erlclud" 30)" % 1
limit 'the same: memory' "$(resident "$erlclud")" MiB 80
limit 'the same: most memory that it ever had' "$(awk '$1 == "VmHWM:" { print $2 / 1024 }' "/proc/$erlclud/status")" MiB 80
wait "$linking" # it fails where a link was lost

start_erlclud answers-tcp
start_erlclud answers-tls "${secure[@]}"
for ((round = 0; round < 3; round++)); do
    for transport in tcp tls; do
        arguments=()
        [ $transport = tcp ] || arguments=("${tls[@]}")
        calls_of rpc $transport "$round" "${arguments[@]}"
        calls_of rpc answers-$transport "$round" "${arguments[@]}"
    done
done
for transport in tcp tls; do
    figure "\`rpc:call(Node, erlang, node, [])\` of a node, ${transport^^}, to \`erlclud\`, against the same to a node" \
        "$work/rpc-answers-$transport.times" "$work/rpc-$transport.times" µs 1.2
done
