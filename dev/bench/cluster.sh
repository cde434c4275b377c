# Sourced by bench.sh: a cluster through one node.
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2154 # the backquotes are Markdown; what is not assigned here bench.sh sets

note 'a cluster of 20'
for i in $(seq 1 20); do
    start_node "member$i" +S 1 -pa "$work" -eval "net_kernel:connect_node('member1@127.0.0.1')."
done
start_node counter -pa "$work" -eval "turns:start($(port_of member1), \"$work/turns.port\", \"$work/turns\")."
await 'the forwarder' test -e "$work/turns.port"
# No epmd is told: whoever does not go through the one entry node finds nobody.
members="$tool members -n member1@127.0.0.1 --address 127.0.0.1:$(cat "$work/turns.port") --epmd none
    --cookie-file $work/cookie -o jsonl"
# Until all of them know each other.
# shellcheck disable=SC2317 # called through await
whole() { [ "$($members | grep -c '"member')" -ge 20 ]; }
await 'the cluster of 20' whole
sleep 0.1 # the forwarder writes once the connection is closed
after=0 turns=0
read -r before _ <"$work/turns"
$members >/dev/null
await 'the count' eval 'read -r after turns <"$work/turns"; [ "$after" -gt "$before" ]'
limit '`members`, 20 nodes through one: connections' "$((after - before))" '' 1
# The handshake takes two turns: name, and challenge reply.
limit '`members`, 20 nodes through one: round trips after the handshake' "$((turns - 2))" '' 3
contend members "${members/$'\n'/ }"
read -r median least < <(summary "$work/members.times")
limit '`members`, 20 nodes through one: whole process, median' "$median" ms 1000
note "members: least $least ms"
