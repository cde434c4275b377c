#!/bin/bash
# Makes the captures that the tests keep: tcpdump on the loopback device while real nodes meet. Needs to be root.
#   dev/captures.sh [DIRECTORY [PATTERN]]     only the captures whose names fit the pattern
# With ERLCLU_ROOTS, where dev/otp-roots.sh has put other releases, captures of those are made, too.
# shellcheck disable=SC2046,SC2086,SC2016 # words on purpose
set -euo pipefail
cd "$(dirname "$0")/.."
target=${1:-Tests/HandshakeTraceTests/Capture/Scenarios}
dev/packages.sh build node capture
mkdir -p "$target"
target=$(cd "$target" && pwd)
pattern=${2:-*}
# shellcheck source=dev/throwaway-node.sh
. dev/throwaway-node.sh
tool=${ERLCLU_CTL:-.build/debug/erlclu-ctl}
export ERL_CRASH_DUMP=/dev/null
note() { echo "captures: $*" >&2; }

setup='-kernel net_setuptime 2'
port=$(unused_port)
other_port=$(unused_port)
listens() { echo "-kernel inet_dist_listen_min ${1:-$port} inet_dist_listen_max ${1:-$port}"; }

# release NUMBER: whose nodes are started from now on. 25 is the system's own.
release() {
    root=''
    beam=(erl)
    [ "$1" = 25 ] && return
    root=$ERLCLU_ROOTS/otp$1
    beam=(chroot "$root" erl)
    mkdir -p "$root$work"
    cp "$work"/*.{pem,key,conf} "$root$work"
}
clean_roots() { for number in 23 27 29; do rm -rf "${ERLCLU_ROOTS:-/nonexistent}/otp$number$work"; done; }
trap 'clean_up; clean_roots' EXIT
release 25

# capturing NAME COMMAND...: the packets of epmd and of the node's port while the command runs.
capturing() {
    local name=$1 dump
    shift
    # shellcheck disable=SC2053 # a pattern
    [[ $name == $pattern ]] || return 0
    tcpdump -i lo --immediate-mode -U -s 0 -w "$work/$name.pcap" \
        "tcp port $ERL_EPMD_PORT or tcp port $port or tcp port $other_port" 2>"$work/tcpdump.log" &
    dump=$!
    await tcpdump grep -q 'listening on' "$work/tcpdump.log"
    "$@" || note "$name: status $?"
    sleep 0.3 # the last acknowledgements
    kill -INT $dump
    wait $dump || true
    mv "$work/$name.pcap" "$target/$name.pcap"
    note "$name: $(stat -c %s "$target/$name.pcap") bytes"
}

# All that epmd's own tool can ask, of an epmd that nobody else needs: on a network of its own, since what it asks is
# known by the usual port only.
epmd_requests() {
    # shellcheck disable=SC2053 # a pattern
    [[ epmd-requests == $pattern ]] || return 0
    ERL_EPMD_PORT=4369 unshare -n bash -c '
        ip link set lo up
        tcpdump -i lo --immediate-mode -U -s 0 -w "$0" "tcp port 4369" 2>/dev/null &
        dump=$!
        sleep 1
        epmd -daemon -relaxed_command_check; sleep 1
        epmd -names
        erl -noinput -eval "[begin
            {ok, S} = gen_tcp:connect({127, 0, 0, 1}, 4369, [binary, {active, false}]),
            ok = gen_tcp:send(S, [<<(length(Q)):16>>, Q]), gen_tcp:recv(S, 0, 1000), gen_tcp:close(S)
        end || Q <- [\"d\", \"snobody\"]], halt()."
        epmd -kill
        sleep 0.3
        kill -INT $dump
        wait $dump' "$target/epmd-requests.pcap" >"$work/epmd-requests.log"
    note "epmd-requests: $(stat -c %s "$target/epmd-requests.pcap") bytes"
}

# dial NAME NODE ARGUMENT...: a node that connects to another one, and ends.
dial() {
    local name=$1 node=$2
    shift 2
    timeout 30 "${beam[@]}" -noinput -start_epmd false $setup -name "$name@127.0.0.1" "$@" -eval "
        case net_kernel:connect_node('$node') of
            true -> rpc:call('$node', erlang, node, [], 5000), erlang:disconnect_node('$node');
            _ -> ok
        end, halt()." >"$work/$name.log" 2>&1
}

# node NAME ARGUMENT...: returns when it has booted.
node() {
    local name=$1
    shift
    in_background "${beam[@]}" -noinput -name "$name@127.0.0.1" -setcookie "$cookie" -start_epmd false $setup "$@" \
        -eval "ok = file:write_file(\"$work/$name.up\", [])." >"$work/$name.log" 2>&1
    mkdir -p "$root$work"
    await "node $name" test -e "$root$work/$name.up"
    rm "$root$work/$name.up"
}

# acceptor NAME ARGUMENT...: a node that listens on $port; `stop_acceptor` ends it.
acceptor() {
    node "$@" $(listens)
    acceptor_group=${children[-1]}
}

# twin NAME NODE: a node that is connected, and whose name epmd has forgotten, so that another one may have it.
twin() {
    node "$1" -eval "
        true = net_kernel:connect_node('$2'),
        [port_close(P) || P <- erlang:ports(), {ok, {_, $ERL_EPMD_PORT}} <- [catch inet:peername(P)]]."
    sleep 0.2
}

# at_once: two nodes dial each other in the same moment.
at_once() {
    local start=$(($(date +%s%3N) + 3000)) dialling=() pair
    for pair in "one two $port" "two one $other_port"; do
        # shellcheck disable=SC2086 # words on purpose
        set -- $pair
        timeout 30 "${beam[@]}" -noinput -start_epmd false -name "$1@127.0.0.1" -setcookie "$cookie" $(listens "$3") \
            -eval "
            W = fun W() -> os:system_time(millisecond) >= $start orelse W() end, W(),
            net_kernel:connect_node('$2@127.0.0.1'), timer:sleep(500), halt()." >"$work/$1.log" 2>&1 &
        dialling+=($!)
    done
    wait "${dialling[@]}"
}

# ghost: epmd knows a node, and nothing listens where it says.
ghost() {
    in_background "${beam[@]}" -noinput -eval "
        {ok, _} = erl_epmd:start(), {ok, _} = erl_epmd:register_node(\"ghost\", $port)." >"$work/ghost.log" 2>&1
    await ghost eval 'epmd -names | grep -q ghost'
    ghost_group=${children[-1]}
}

# asks VERSION: three clients of a web server, of which one does not trust it.
asks() {
    local client=(timeout 10 openssl s_client -connect "127.0.0.1:$port" "$1" -quiet -CAfile "$work/ca.pem")
    printf 'GET / HTTP/1.0\r\n\r\n' | "${client[@]}" >/dev/null 2>&1
    printf 'GET /%0900d HTTP/1.0\r\n\r\n' 1 | "${client[@]}" >/dev/null 2>&1
    timeout 10 openssl s_client -connect "127.0.0.1:$port" "$1" -verify_return_error </dev/null >/dev/null 2>&1 || true
}
stop_acceptor() {
    kill -KILL -- "-$acceptor_group"
    await 'the end of the node' eval '! answers "$port"'
    sleep 0.2
    port=$(unused_port)
}

# make_expired NAME: like make_certificate; it has ended.
make_expired() {
    make_certificate "$1"
    : >"$work/index.txt"
    printf '%s\n' '[ca]' 'default_ca = own' '[own]' "database = $work/index.txt" "new_certs_dir = $work" \
        'default_md = sha256' 'policy = any' 'rand_serial = yes' '[any]' 'commonName = supplied' '[leaf]' \
        'subjectAltName = DNS:127.0.0.1, DNS:localhost, IP:127.0.0.1' 'extendedKeyUsage = serverAuth, clientAuth' \
        >"$work/ca.conf"
    openssl ca -batch -notext -config "$work/ca.conf" -extensions leaf -in "$work/$1.csr" -cert "$work/ca.pem" \
        -keyfile "$work/ca.key" -startdate 20260101000000Z -enddate 20260201000000Z -out "$work/$1.pem" \
        2>>"$work/openssl.log"
}

# version FILE VERSIONS: an optfile that allows only these.
version() { sed "s/{verify, verify_peer}/{verify, verify_peer}, {versions, [$2]}/g" "$work/$1.conf" >"$work/$1-$3.conf"; }
tls() { echo "-proto_dist inet_tls -ssl_dist_optfile $work/$1.conf"; }

make_authority
make_certificate node
make_certificate client
make_expired stale
for who in node client stale; do
    version $who "'tlsv1.2'" 12
    version $who "'tlsv1.3'" 13
done
# The captures share one port of epmd.
ERL_EPMD_PORT=$(cat "$target/epmd-port" 2>/dev/null || unused_port)
export ERL_EPMD_PORT
in_background epmd -port "$ERL_EPMD_PORT" >"$work/epmd.log" 2>&1
await epmd answers "$ERL_EPMD_PORT"
echo "$ERL_EPMD_PORT" >"$target/epmd-port"
cookie=$(cat "$work/cookie")

note 'TCP'
acceptor plain
capturing tcp-success dial dialler plain@127.0.0.1 -setcookie "$cookie"
capturing tcp-wrong-cookie dial dialler plain@127.0.0.1 -setcookie other
capturing tcp-not-registered dial dialler nobody@127.0.0.1 -setcookie "$cookie"
capturing tls-to-tcp dial dialler plain@127.0.0.1 -setcookie "$cookie" $(tls client-12)
capturing epmd-names epmd -names
epmd_requests
stop_acceptor
acceptor strict -eval "net_kernel:allow(['friend@127.0.0.1'])."
capturing tcp-not-allowed dial dialler strict@127.0.0.1 -setcookie "$cookie"
stop_acceptor

for version in 12 13; do
    note "TLS $version"
    acceptor "secure$version" $(tls node-$version)
    node=secure$version@127.0.0.1
    capturing tls$version-success dial dialler $node -setcookie "$cookie" $(tls client-$version)
    capturing tls$version-wrong-cookie dial dialler $node -setcookie other $(tls client-$version)
    capturing tls$version-client-expired dial dialler $node -setcookie "$cookie" $(tls stale-$version)
    capturing tls$version-keylog "$tool" eval 'node().' -n $node --optfile "$work/client.conf" \
        --cookie-file "$work/cookie" --keylog "$target/tls$version-keylog.keys"
    capturing tcp-to-tls$version dial dialler $node -setcookie "$cookie"
    stop_acceptor
    acceptor "worn$version" $(tls stale-$version)
    capturing tls$version-server-expired dial dialler worn$version@127.0.0.1 -setcookie "$cookie" $(tls client-$version)
    stop_acceptor
done

note 'What nodes answer'
acceptor plain
twin double plain@127.0.0.1
capturing tcp-alive dial double plain@127.0.0.1 -setcookie "$cookie"
stop_acceptor
for _ in {1..10}; do
    capturing tcp-nok at_once
    grep -q snok "$target/tcp-nok.pcap" && break
done
ghost
capturing tcp-refused dial dialler ghost@127.0.0.1 -setcookie "$cookie"
kill -KILL -- "-$ghost_group"

note 'What is none of ours'
for version in 1_2 1_3; do
    in_background openssl s_server -accept "127.0.0.1:$port" -cert "$work/node.pem" -key "$work/node.key" -www \
        "-tls$version" >"$work/web.log" 2>&1
    web_group=${children[-1]}
    await 'the web server' answers "$port"
    capturing "https-tls${version/_/}" asks "-tls$version"
    kill -KILL -- "-$web_group"
    port=$(unused_port)
done

[ -n "${ERLCLU_ROOTS:-}" ] || exit 0
for number in 23 27 29; do
    note "OTP $number"
    release $number
    acceptor "plain$number"
    capturing "otp$number-tcp-success" dial dialler "plain$number@127.0.0.1" -setcookie "$cookie"
    if [ $number = 27 ]; then
        release 23
        capturing tcp-flags dial dialler plain27@127.0.0.1 -setcookie "$cookie"
        release 27
    fi
    twin double "plain$number@127.0.0.1"
    capturing "otp$number-tcp-alive" dial double "plain$number@127.0.0.1" -setcookie "$cookie"
    stop_acceptor
    for version in 12 13; do
        node=secure$number$version@127.0.0.1
        acceptor "secure$number$version" $(tls node-$version)
        capturing "tls$version-otp$number-client-expired" \
            dial dialler "$node" -setcookie "$cookie" $(tls stale-$version)
        capturing "tls$version-otp$number-wrong-cookie" dial dialler "$node" -setcookie other $(tls client-$version)
        capturing "tls$version-otp$number-keylog" "$tool" eval 'node().' -n "$node" --optfile "$work/client.conf" \
            --cookie-file "$work/cookie" --keylog "$target/tls$version-otp$number-keylog.keys"
        stop_acceptor
    done
done
