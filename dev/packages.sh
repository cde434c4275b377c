#!/bin/sh
# Installs the Debian packages that the named purposes need, as far as they are missing. Uses sudo when it must.
#   dev/packages.sh build node test lint matrix bench
set -eu

wanted=
for purpose in "$@"; do
    case $purpose in
    build) wanted="$wanted g++ libmicrohttpd-dev libncurses-dev libssh-dev libssl-dev" ;;
    node) wanted="$wanted erlang-base erlang-crypto erlang-public-key erlang-ssl openssl" ;;
    test)
        wanted="$wanted elixir erlang-dev erlang-runtime-tools erlang-src fish iproute2 jq mandoc openssh-client"
        wanted="$wanted curl openssh-server prometheus python3-paramiko rebar3 tmux tshark zsh"
        # Others than Debian ship it, too, in packages that Debian's own would overwrite.
        command -v kubectl >/dev/null || wanted="$wanted kubernetes-client"
        ;;
    lint) wanted="$wanted jq mandoc shellcheck" ;;
    matrix) wanted="$wanted debootstrap debian-archive-keyring" ;;
    bench) wanted="$wanted hyperfine openssh-client openssh-server rebar3 time tshark" ;;
    capture) wanted="$wanted tcpdump tshark" ;;
    *)
        echo "packages.sh: no such purpose: $purpose" >&2
        exit 64
        ;;
    esac
done

missing=
for package in $wanted; do
    case $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) in
    *" installed") ;;
    *) missing="$missing $package" ;;
    esac
done
[ -n "$missing" ] || exit 0

as_root=
[ "$(id -u)" = 0 ] || as_root=sudo
echo "installing:$missing" >&2
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # words on purpose
{
    $as_root apt-get -qq -o DPkg::Lock::Timeout=300 update
    $as_root apt-get -qq -y -o DPkg::Lock::Timeout=300 --no-install-recommends install $missing
} </dev/null >&2
