# Sourced by bench.sh: through an SSH host, and through the node's own SSH daemon.
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2154 # the backquotes are Markdown; what is not assigned here bench.sh sets

measure ping # whose nodes are used here
note 'through an SSH host'
start_ssh_host
contend via-ssh "$ping -n named1@127.0.0.1 --via ssh:$ssh_host" straight "$ping -n named1@127.0.0.1" \
    ssh-true "ssh -p ${ssh_host#*:} ${ssh_host%:*} true"
paste "$work/straight.times" "$work/ssh-true.times" | awk '{ print $1 + $2 }' >"$work/sum.times"
figure '`ping --via ssh:HOST`, mutual TLS, against `ping` without it and `ssh HOST true`, one after the other' \
    "$work/via-ssh.times" "$work/sum.times" ms 1

# --- through the node's own SSH daemon
note "through the node's own SSH daemon"
start_ssh_daemon
over_ssh="env ERLCLU_SSH_CONFIG=$work/ssh/ssh_config $tool eval --ssh $ssh_daemon"
ssh="ssh -p ${ssh_daemon#*:} ${ssh_daemon%:*}"
[ "$($over_ssh 'node().')" = "'over-ssh@127.0.0.1'" ] || { note 'a wrong answer over SSH'; exit 1; }
contend over-ssh "$over_ssh 'node().'" ssh-node "$ssh 'node().'"
figure "\`eval 'node().'\` over SSH, host key checked, against \`ssh HOST 'node().'\` of OpenSSH" \
    "$work/over-ssh.times" "$work/ssh-node.times" ms 1
# The bridge sends a value in lines of base64: OpenSSH carries as many bytes. The daemon of OTP closes right behind them, and
# one time in five OpenSSH takes that for a failure.
printf '#!/bin/sh\n%s %s || [ $? = 255 ]\n' "$ssh" "'binary:copy(<<120>>, 11191640).'" >"$work/ssh-value"
chmod +x "$work/ssh-value"
contend over-ssh-value "$over_ssh -o raw 'binary:copy(<<120>>, 8388608).'" ssh-value "$work/ssh-value"
figure 'an 8 MB value over SSH, against OpenSSH for the same bytes' \
    "$work/over-ssh-value.times" "$work/ssh-value.times" ms 1.1
