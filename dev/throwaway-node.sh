# Sourced by other scripts: a working directory, certificates, an epmd and nodes that all go when the script ends.
# shellcheck shell=bash

set -euo pipefail
work=$(mktemp -d "${TMPDIR:-/tmp}/erlclu-XXXXXX")
children=()

clean_up() {
    for child in "${children[@]}"; do kill -KILL -- "-$child" 2>/dev/null || true; done
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# in_background COMMAND...: in a session of its own, killed with everything it starts.
in_background() {
    setsid "$@" </dev/null &
    children+=($!)
    disown
}

# await WHAT COMMAND...: until the command succeeds, for half a minute.
await() {
    local what=$1 end=$((SECONDS + 30))
    shift
    until "$@" 2>/dev/null; do
        if ((SECONDS > end)); then
            echo "$0: $what did not come up" >&2
            cat "$work"/*.log >&2 2>/dev/null || true
            exit 1
        fi
        sleep 0.05
    done
}

unused_port() {
    local port
    for port in $(shuf -i 20000-32000 -n 50); do
        if ! (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            echo "$port"
            return
        fi
    done
    return 1
}

answers() { (: <"/dev/tcp/127.0.0.1/$1"); }

# An epmd of our own: the machine's, if there is one, is left alone.
start_epmd() {
    ERL_EPMD_PORT=$(unused_port)
    export ERL_EPMD_PORT
    in_background epmd -port "$ERL_EPMD_PORT" >"$work/epmd.log" 2>&1
    await epmd answers "$ERL_EPMD_PORT"
}

# make_authority: $work/ca.pem, ca.key
make_authority() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 7 -subj "/CN=throw-away CA" \
        -keyout "$work/ca.key" -out "$work/ca.pem" 2>"$work/openssl.log"
}

# make_certificate NAME [DAYS]: $work/NAME.pem, NAME.key, NAME.conf; the last is an ssl_dist_optfile.
# 127.0.0.1 stands in both forms: OTP compares a host that is an address with the DNS names.
make_certificate() {
    local name=$1 days=${2:-7} usage
    usage=$(printf '%s\n' 'subjectAltName = DNS:127.0.0.1, DNS:localhost, IP:127.0.0.1' \
        'extendedKeyUsage = serverAuth, clientAuth' 'basicConstraints = CA:FALSE')
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$name" \
        -keyout "$work/$name.key" -out "$work/$name.csr" 2>>"$work/openssl.log"
    openssl x509 -req -in "$work/$name.csr" -CA "$work/ca.pem" -CAkey "$work/ca.key" -CAcreateserial -days "$days" \
        -extfile <(echo "$usage") -out "$work/$name.pem" 2>>"$work/openssl.log"
    local common="{certfile, \"$work/$name.pem\"}, {keyfile, \"$work/$name.key\"},
        {cacertfile, \"$work/ca.pem\"}, {verify, verify_peer}"
    echo "[{server, [$common, {fail_if_no_peer_cert, true}]}, {client, [$common]}]." >"$work/$name.conf"
}

# What nodes are started by, such as chrt(1).
turn=()
# start_node NAME ARGUMENT...: returns when it has booted; its log is $work/NAME.log.
start_node() {
    local name=$1
    shift
    in_background "${turn[@]}" erl -noinput -name "$name@127.0.0.1" -setcookie "$(cat "$work/cookie")" -start_epmd false "$@" \
        -eval "ok = file:write_file(\"$work/$name.up\", [])." >"$work/$name.log" 2>&1
    await "node $name" test -e "$work/$name.up"
}

(umask 077 && openssl rand -hex 16 | tr -d '\n' >"$work/cookie")
