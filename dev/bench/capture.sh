# Sourced by bench.sh: a capture.
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2154 # the backquotes are Markdown; what is not assigned here bench.sh sets

note 'a capture of 500 MB with 1000 handshakes'
"$inside" capture "$work/bulk.pcap" 500000000 1000
cat "$work/bulk.pcap" >/dev/null # both find it in memory
decode="$tool capture decode $work/bulk.pcap -o jsonl"
[ "$($decode | grep -c '"event":"up"')" = 1000 ] || { note 'not all handshakes were found'; exit 1; }
# seconds FILE COMMAND...: what it takes once, added to FILE.
seconds() { /usr/bin/time -f %e -o "$work/seconds" "${@:2}" >/dev/null 2>&1 && cat "$work/seconds" >>"$work/$1"; }
for ((round = 0; round < 3; round++)); do
    # shellcheck disable=SC2086 # words on purpose
    for ((i = 0; i < 3; i++)); do seconds decode.capture $decode; done
    seconds tshark.capture tshark -r "$work/bulk.pcap" -Y erldp
done
figure '`capture decode` of 500 MB with 1,000 handshakes, against `tshark -Y erldp`' \
    "$work/decode.capture" "$work/tshark.capture" s 1/10
# shellcheck disable=SC2086
limit 'peak memory of the same' "$(peak_mebibytes $decode)" MiB 200
rm "$work/bulk.pcap"
