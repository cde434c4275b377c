#!/bin/bash
# Makes the captures that the tests keep: tcpdump on the loopback device while real nodes meet. Needs to be root.
#   dev/captures.sh [DIRECTORY]
# shellcheck disable=SC2046,SC2086,SC2016 # words on purpose
set -euo pipefail
cd "$(dirname "$0")/.."
target=${1:-Tests/HandshakeTraceTests/Capture/Scenarios}
dev/packages.sh build node capture
mkdir -p "$target"
target=$(cd "$target" && pwd)
# shellcheck source=dev/throwaway-node.sh
. dev/throwaway-node.sh
tool=${ERLCLU_CTL:-.build/debug/erlclu-ctl}
export ERL_CRASH_DUMP=/dev/null
note() { echo "captures: $*" >&2; }

setup='-kernel net_setuptime 2'
port=$(unused_port)
listens() { echo "-kernel inet_dist_listen_min $port inet_dist_listen_max $port"; }

# capturing NAME COMMAND...: the packets of epmd and of the node's port while the command runs.
capturing() {
    local name=$1 dump
    shift
    tcpdump -i lo --immediate-mode -U -s 0 -w "$work/$name.pcap" \
        "tcp port $ERL_EPMD_PORT or tcp port $port" 2>"$work/tcpdump.log" &
    dump=$!
    await tcpdump grep -q 'listening on' "$work/tcpdump.log"
    "$@" || note "$name: status $?"
    sleep 0.3 # the last acknowledgements
    kill -INT $dump
    wait $dump || true
    mv "$work/$name.pcap" "$target/$name.pcap"
    note "$name: $(stat -c %s "$target/$name.pcap") bytes"
}

# dial NAME NODE ARGUMENT...: a node that connects to another one, and ends.
dial() {
    local name=$1 node=$2
    shift 2
    timeout 30 erl -noinput -start_epmd false $setup -name "$name@127.0.0.1" "$@" -eval "
        case net_kernel:connect_node('$node') of
            true -> rpc:call('$node', erlang, node, [], 5000), erlang:disconnect_node('$node');
            _ -> ok
        end, halt()." >"$work/$name.log" 2>&1
}

# acceptor NAME ARGUMENT...: a node that listens on $port; `stop_acceptor` ends it.
acceptor() {
    start_node "$@" $(listens) $setup
    acceptor_group=${children[-1]}
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
start_epmd
echo "$ERL_EPMD_PORT" >"$target/epmd-port"
cookie=$(cat "$work/cookie")

note 'TCP'
acceptor plain
capturing tcp-success dial dialler plain@127.0.0.1 -setcookie "$cookie"
capturing tcp-wrong-cookie dial dialler plain@127.0.0.1 -setcookie other
capturing tcp-not-registered dial dialler nobody@127.0.0.1 -setcookie "$cookie"
capturing tls-to-tcp dial dialler plain@127.0.0.1 -setcookie "$cookie" $(tls client-12)
capturing epmd-names epmd -names
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
