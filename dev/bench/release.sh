# Sourced by bench.sh: a minimal relx release, for the start script and the nodetool that come with it.
# shellcheck shell=bash
# shellcheck disable=SC2154 # work is set by throwaway-node.sh

# make_relx_release NAME: $work/NAME-release/bin/bench; it talks to node NAME@127.0.0.1 over TLS.
make_relx_release() {
    local name=$1 source="$work/$1-source"
    mkdir -p "$source/src"
    echo "{application, bench, [{vsn, \"1\"}, {modules, []}, {registered, []}, {applications, [kernel, stdlib]}]}." \
        >"$source/src/bench.app.src"
    cat >"$source/rebar.config" <<CONFIG
{relx, [{release, {bench, "1"}, [bench, sasl, ssl]}, {mode, dev}, {extended_start_script, true},
        {include_erts, false}, {vm_args, "vm.args"}]}.
CONFIG
    cat >"$source/vm.args" <<ARGUMENTS
-name $name@127.0.0.1
-setcookie $(cat "$work/cookie")
-proto_dist inet_tls
-start_epmd false
ARGUMENTS
    (cd "$source" && rebar3 release >"$work/rebar3.log" 2>&1) || {
        cat "$work/rebar3.log" >&2
        return 1
    }
    ln -s "$source/_build/default/rel/bench" "$work/$name-release"
}
