# Sourced by bench.sh: the console.
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2034,SC2154 # the backquotes are Markdown; what is not assigned here bench.sh sets

note 'the console'
console=("$tool" remote_console -n tls@127.0.0.1 --optfile "$work/tool.conf" --cookie-file "$work/cookie")
remsh=(erl -name undefined@127.0.0.1 -hidden -dist_listen false -setcookie "$cookie" -start_epmd false -proto_dist inet_tls
    -ssl_dist_optfile "$work/tool.conf" -remsh tls@127.0.0.1)
relx=(env USE_NODETOOL=1 ERL_FLAGS="-ssl_dist_optfile $work/tool.conf" "$work/tls-release/bin/bench" remote_console)
# shown FILE: what a terminal got of the list alone.
shown() { tr -d '\r' <"$1" | sed -n '/^\[1,2,3,/,/200000\]/p'; }
for ((round = 0; round < rounds; round++)); do
    "$inside" prompt "$runs" "${console[@]}" >>"$work/console-prompt.us"
    "$inside" prompt "$runs" "${remsh[@]}" >>"$work/remsh-prompt.us"
    "$inside" prompt 2 "${relx[@]}" >>"$work/relx-prompt.us"
    "$inside" answer "$runs" "${console[@]}" >>"$work/console-answer.us"
    "$inside" list "$runs" "$work/console.list" "${console[@]}" >>"$work/console-list.us"
    "$inside" list "$runs" "$work/remsh.list" "${remsh[@]}" >>"$work/remsh-list.us"
    cmp <(shown "$work/console.list") <(shown "$work/remsh.list")
done
for times in "$work"/*.us; do awk '{ print $1 / 1000 }' "$times" >"${times%.us}.times"; done
figure '`remote_console`, mutual TLS, from exec to the first prompt, against `erl -remsh`' \
    "$work/console-prompt.times" "$work/remsh-prompt.times" ms 1/8
figure "the same, against relx's \`remote_console\` with nodetool" \
    "$work/console-prompt.times" "$work/relx-prompt.times" ms 1/20
read -r median least < <(summary "$work/console-answer.times")
limit '`remote_console`, mutual TLS: from Enter to the answer of `1+1.`' "$median" ms 10
figure '`remote_console`, mutual TLS, `rp(lists:seq(1,200000)).` into a file, against `erl -remsh`' \
    "$work/console-list.times" "$work/remsh-list.times" ms 1
