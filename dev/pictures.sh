#!/bin/bash
# Makes the pictures of the README anew: docs/pictures/*.svg, each a screen of the dashboard over throw-away nodes that
# distribute over mutual TLS. One node's certificate has run out, and it tries to join again and again.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=dev/throwaway-node.sh
. dev/throwaway-node.sh
tool=${TOOL:-.build-release/release/erlclu-ctl}

# make_expired NAME: as make_certificate, for one that ran out yesterday.
make_expired() {
    local name=$1
    make_certificate "$name"
    mkdir -p "$work/issued"
    : >"$work/index.txt"
    cat >"$work/ca.conf" <<CONF
[ca]
default_ca = throw_away
[throw_away]
database = $work/index.txt
new_certs_dir = $work/issued
rand_serial = yes
default_md = sha256
policy = any
[any]
commonName = supplied
CONF
    openssl ca -batch -notext -config "$work/ca.conf" -cert "$work/ca.pem" -keyfile "$work/ca.key" \
        -in "$work/$name.csr" -out "$work/$name.pem" \
        -startdate "$(date -u -d '60 days ago' +%Y%m%d%H%M%SZ)" -enddate "$(date -u -d yesterday +%Y%m%d%H%M%SZ)" \
        -extfile <(printf '%s\n' 'subjectAltName = DNS:127.0.0.1, IP:127.0.0.1' \
            'extendedKeyUsage = serverAuth, clientAuth') 2>>"$work/openssl.log"
}

join='net_kernel:connect_node('\''shop1@127.0.0.1'\'')'
make_authority
make_certificate tool
start_epmd
for name in shop1 shop2 stock; do
    make_certificate "$name" 61
    start_node "$name" -proto_dist inet_tls -ssl_dist_optfile "$work/$name.conf" -eval "$join."
done
make_expired bill
start_node bill -proto_dist inet_tls -ssl_dist_optfile "$work/bill.conf" \
    -eval "F = fun F() -> $join, timer:sleep(1000), F() end, spawn(F)."

mkdir -p docs/pictures
picture() {
    local screen=$1
    shift
    LC_ALL=C.UTF-8 "$tool" ui -n shop1@127.0.0.1 --optfile "$work/tool.conf" --cookie-file "$work/cookie" \
        --once --screen "$screen" --size 100x24 -o svg "$@" >"$work/$screen.svg"
    mv "$work/$screen.svg" "docs/pictures/$screen.svg"
}
picture members --for 3s
picture handshakes --for 6s
picture certificates
find docs/pictures -name '*.svg' -size +60k -exec echo '{} is larger than 60 KB' \; | (! grep .)
ls -l docs/pictures
