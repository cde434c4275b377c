# Sourced by bench.sh: commands as whole processes.
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2154 # the backquotes are Markdown; what is not assigned here bench.sh sets

over_tls="$tool eval 'node().' -n tls@127.0.0.1 --optfile $work/tool.conf --cookie-file $work/cookie"
over_tcp="$tool eval 'node().' -n tcp@127.0.0.1 --cookie-file $work/cookie"
nodetool="env USE_NODETOOL=1 ERL_FLAGS='-ssl_dist_optfile $work/tool.conf' $work/tls-release/bin/bench eval 'node().'"
s_client="openssl s_client -connect 127.0.0.1:$(port_of tls) -cert $work/tool.pem -key $work/tool.key -CAfile $work/ca.pem"
erl_call="erl_call -r -n tcp@127.0.0.1 -c $cookie -a 'erlang node'"
for command in "$over_tls" "$nodetool"; do
    answer=$(eval "$command")
    [ "$answer" = "'tls@127.0.0.1'" ] || { note "wrong answer: $answer"; exit 1; }
done
contend tcp "$over_tcp" erl_call "$erl_call"
figure "\`eval 'node().'\`, TCP, against \`erl_call -a 'erlang node'\`" "$work/tcp.times" "$work/erl_call.times" ms 2.3
doctor="$tool doctor tls@127.0.0.1 --optfile $work/tool.conf --cookie-file $work/cookie"
contend tls "$over_tls" s_client "$s_client" nodetool "$nodetool" doctor "$doctor"
figure "\`eval 'node().'\`, mutual TLS, against relx's \`nodetool eval\`" "$work/tls.times" "$work/nodetool.times" ms 1/15
figure "\`eval 'node().'\`, mutual TLS, against a bare \`openssl s_client\` handshake" \
    "$work/tls.times" "$work/s_client.times" ms 1.5
figure "\`doctor\` of a healthy node, mutual TLS, against a bare \`openssl s_client\` handshake" \
    "$work/doctor.times" "$work/s_client.times" ms 4
limit 'peak memory of `eval`, TLS' "$(eval "peak_mebibytes $over_tls")" MiB 25
limit 'peak memory of `eval`, TCP' "$(eval "peak_mebibytes $over_tcp")" MiB 25
