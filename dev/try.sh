#!/bin/bash
# Shows the tool at work: a throw-away Erlang node that distributes over mutual TLS, asked by erlclu-ctl.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=dev/throwaway-node.sh
. dev/throwaway-node.sh

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
[ -t 1 ] || say() { printf '\n%s\n' "$*"; }
run() {
    local word line='$ erlclu-ctl'
    for word in "$@"; do
        case $word in *[!A-Za-z0-9@/._-]*) word="'$word'" ;; esac
        line+=" $word"
    done
    echo "$line"
    .build-release/release/erlclu-ctl "$@"
}

say "An Erlang node, its distribution over TLS, both sides verified, certificates made just now"
make_authority
make_certificate node
make_certificate tool
start_epmd
start_node try -proto_dist inet_tls -ssl_dist_optfile "$work/node.conf"
echo "try@127.0.0.1 is up: OTP $(erl -noshell -eval 'io:put_chars(erlang:system_info(otp_release)), halt().')"
target=(-n try@127.0.0.1 --optfile "$work/tool.conf" --cookie-file "$work/cookie")

say "Who is in the cluster?"
run members "${target[@]}"

say "An expression, evaluated there"
run eval '{node(), erlang:system_info(otp_release), length(processes())}.' "${target[@]}"

say "On your own cluster"
cat <<TEXT
    erlclu-ctl members -n NAME@HOST --optfile FILE --cookie-file FILE
        with the very ssl_dist_optfile that the node runs with; its client section is the tool's.
    erlclu-ctl members --release DIR
        reads name, cookie and TLS from a release (relx or mix).
    erlclu-ctl members -n NAME@HOST --address 127.0.0.1:PORT ...
        through a port forward; the certificate is still checked against the node's own name.
    sudo make install
        puts the program, its manual and shell completions under /usr/local.
The node, its epmd, certificates and cookie are gone now.
TEXT
