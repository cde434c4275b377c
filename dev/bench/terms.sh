# Sourced by bench.sh: decoding and encoding of terms.
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2154 # the backquotes are Markdown; what is not assigned here bench.sh sets

note 'terms'
for ((round = 0; round < 3; round++)); do
    escript dev/bench/terms.escript "$work/term.bin" 7 >"$work/beam.terms"
    for what in decode encode; do
        awk -v what=$what '$1 == what { print $2 / 1000 }' "$work/beam.terms" >>"$work/beam-$what.times"
    done
    for what in decode encode-view encode-value; do
        "$inside" $what "$work/term.bin" 7 | awk '{ print $1 / 1000 }' >>"$work/$what.times"
    done
done
figure 'decode a 10 MB term into the form that the tool works on, against `binary_to_term/1`' \
    "$work/decode.times" "$work/beam-decode.times" ms 1/3
figure 'encode the same from that form, against `term_to_binary/1`' \
    "$work/encode-view.times" "$work/beam-encode.times" ms 1
figure 'encode the same from a tree of values, against `term_to_binary/1`' \
    "$work/encode-value.times" "$work/beam-encode.times" ms 1
