# Sourced by bench.sh: many connections on one loop.
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2154 # the backquotes are Markdown; what is not assigned here bench.sh sets

note 'many connections'
limit 'an acceptor with 500 TCP connections, 1,000 messages a second in all: share of a processor' \
    "$("$inside" connections 500 1000 5)" % 3
