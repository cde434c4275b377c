# Sourced by bench.sh: an sshd on a free port that lets this user in with a key, an `ssh` that knows it, and a node whose
# ssh:daemon lets in the same key.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # work is set by throwaway-node.sh, ssh_host and ssh_daemon are read by bench.sh

# start_ssh_host: it is $ssh_host. `ssh` is found first in the path from then on, since the real one takes its files from the
# user's home, whatever HOME says.
start_ssh_host() {
    local place=$work/ssh port
    mkdir -p "$place/bin"
    for key in host user; do ssh-keygen -q -t ed25519 -N '' -f "$place/$key"; done
    port=$(unused_port)
    ssh_host=127.0.0.1:$port
    [ "$(id -u)" != 0 ] || mkdir -p /run/sshd
    printf '%s\n' "Port $port" 'ListenAddress 127.0.0.1' "HostKey $place/host" "AuthorizedKeysFile $place/user.pub" \
        'PidFile none' 'UsePAM no' 'StrictModes no' >"$place/sshd_config"
    printf '%s\n' "IdentityFile $place/user" 'IdentitiesOnly yes' "UserKnownHostsFile $place/known_hosts" \
        'GlobalKnownHostsFile /dev/null' 'StrictHostKeyChecking yes' >"$place/ssh_config"
    echo "[127.0.0.1]:$port $(cat "$place/host.pub")" >"$place/known_hosts"
    printf '#!/bin/sh\nexec %s -F %s "$@"\n' "$(command -v ssh)" "$place/ssh_config" >"$place/bin/ssh"
    chmod +x "$place/bin/ssh"
    PATH=$place/bin:$PATH
    in_background /usr/sbin/sshd -D -e -f "$place/sshd_config" 2>"$work/sshd.log"
    await sshd answers "$port"
}

# start_ssh_daemon: that of a node `over-ssh`, with the host key of start_ssh_host; it is $ssh_daemon.
start_ssh_daemon() {
    local place=$work/ssh port
    port=$(unused_port)
    ssh_daemon=127.0.0.1:$port
    mkdir -p "$place/daemon"
    cp "$place/host" "$place/daemon/ssh_host_ed25519_key"
    cp "$place/user.pub" "$place/daemon/authorized_keys"
    echo "[127.0.0.1]:$port $(cat "$place/host.pub")" >>"$place/known_hosts"
    start_node over-ssh -eval "{ok, _} = application:ensure_all_started(ssh), {ok, _} = ssh:daemon({127, 0, 0, 1}, $port,
        [{system_dir, \"$place/daemon\"}, {user_dir, \"$place/daemon\"} |
            [{exec, erlang_eval} || erlang:system_info(otp_release) >= \"29\"]])."
}
