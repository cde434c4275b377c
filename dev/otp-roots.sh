#!/bin/bash
# Makes Debian roots with the Erlang/OTP releases that this system has not: .roots/otp23, otp27, otp29. What is there
# is kept, so a second run does nothing. ERLCLU_ROOTS names another place, ERLCLU_MIRROR another Debian mirror.
set -euo pipefail
cd "$(dirname "$0")/.."

roots=${ERLCLU_ROOTS:-$PWD/.roots}
scripts=/usr/share/debootstrap/scripts
packages=erlang-base,erlang-ssl,erlang-ssh,erlang-crypto,erlang-public-key,erlang-runtime-tools,elixir,openssl
as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo)

# The mirror that this machine's apt already uses for Debian.
mirror() {
    if [ -n "${ERLCLU_MIRROR:-}" ]; then
        echo "$ERLCLU_MIRROR"
        return
    fi
    cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null |
        sed -n -E 's#^(deb (\[[^]]*\] )?|URIs: *)(https?://[^ ]*/debian)/?( .*)?$#\3#p' |
        { grep -m 1 . || echo http://deb.debian.org/debian; }
}

make_root() { # directory suite
    local directory=$1 suite=$2 script=$scripts/$2 log=$1.log from
    # debootstrap's own directory is there until it has finished.
    [ -x "$directory/usr/bin/erl" ] && [ ! -e "$directory/debootstrap" ] && return
    # An older debootstrap does not know a newer suite, but all suites are made as sid is.
    [ -e "$script" ] || script=$scripts/sid
    for from in "$(mirror)" http://archive.debian.org/debian; do
        echo "making $directory from $from $suite (some minutes)" >&2
        "${as_root[@]}" rm -rf "$directory"
        if "${as_root[@]}" debootstrap --variant=minbase --include=$packages "$suite" "$directory" "$from" "$script" \
            >"$log" 2>&1 </dev/null; then
            "${as_root[@]}" sh -c "rm -f '$directory'/var/cache/apt/archives/*.deb"
            return
        fi
        tail -n 20 "$log" >&2
    done
    echo "otp-roots.sh: could not make $directory, see $log" >&2
    return 1
}

mkdir -p "$roots"
make_root "$roots/otp23" bullseye
make_root "$roots/otp27" trixie
make_root "$roots/otp29" forky
