# bash completion for erlclu-ctl. Written by 'erlclu-ctl completion bash'; do not edit.

# Offers those of the arguments that begin as the word at the cursor. Bash puts them behind the last of its own
# word ends, so what stands before it is left out. compgen -W would expand what the names contain.
_erlclu_ctl_offer() {
    local candidate kept=${word%"${word##*[@:=]}"}
    for candidate; do
        [[ $candidate == "$word"* ]] && COMPREPLY+=("${candidate#"$kept"}")
    done
}

# Offers the names of that kind in the configuration file.
_erlclu_ctl_known() {
    local -a names
    mapfile -t names < <("${words[0]}" complete "$1" 2>/dev/null </dev/null)
    _erlclu_ctl_offer "${names[@]}"
}

_erlclu_ctl() {
    local -a words
    local line=${COMP_LINE:0:COMP_POINT} word= previous= verb= below= index
    read -ra words <<<"$line"
    [[ $line == *[[:space:]] ]] && words+=('')
    word=${words[-1]}
    for ((index = 1; index < ${#words[@]} - 1; index++)); do
        case ${words[index]} in
            -n|--node|-c|--context|--address|--via|--ssh|--epmd|--release|--vm-args|--transport|--optfile|--ca|--cert|--key|--server-name|--keylog|--capture|--identity|--known-hosts|--host-key-fingerprint|--ssh-password-file|--cookie-file|--cookie-env|-t|--timeout|-o|--output|--json-terms|--strings|--color|--screen|--for|--size|--record|--replay|--speed|--exec|--fault|--from|--silence|--max|--peer|--port|--write|-f|--file|--lang|--log|--within)
                ((index++)) ;;
            -*) ;;
            *) if [[ -z $verb ]]; then verb=${words[index]}; elif [[ -z $below ]]; then below=${words[index]}; fi ;;
        esac
    done
    ((${#words[@]} > 2)) && previous=${words[-2]}
    if [[ $word == --*=* ]]; then previous=${word%%=*} word=${word#*=}; fi
    COMPREPLY=()
    case $previous in
        -n|--node) _erlclu_ctl_known nodes; return ;;
        -c|--context) _erlclu_ctl_known contexts; return ;;
        --address) :; return ;;
        --via) :; return ;;
        --ssh) :; return ;;
        --epmd) _erlclu_ctl_offer none; return ;;
        --release) COMPREPLY=($(compgen -d -- "$word")); return ;;
        --vm-args) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --transport) _erlclu_ctl_offer auto tls tcp ssh; return ;;
        --optfile) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --ca) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --cert) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --key) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --server-name) COMPREPLY=($(compgen -A hostname -- "$word")); return ;;
        --keylog) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --capture) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --identity) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --known-hosts) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --host-key-fingerprint) :; return ;;
        --ssh-password-file) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --cookie-file) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --cookie-env) :; return ;;
        -t|--timeout) _erlclu_ctl_offer 5s 10s 30s 1m infinity; return ;;
        -o|--output) _erlclu_ctl_offer table json jsonl term raw ladder svg; return ;;
        --json-terms) _erlclu_ctl_offer plain tagged; return ;;
        --strings) _erlclu_ctl_offer never auto; return ;;
        --color) _erlclu_ctl_offer auto always never; return ;;
        --screen) _erlclu_ctl_offer certificates doctor events handshakes log members mesh node; return ;;
        --for) _erlclu_ctl_offer 5s 10s 30s 1m infinity; return ;;
        --size) :; return ;;
        --record) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --replay) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --speed) :; return ;;
        --exec) :; return ;;
        --fault) _erlclu_ctl_offer expired-certificate wrong-cookie unknown-ca partition slow; return ;;
        --from) _erlclu_ctl_known nodes; return ;;
        --silence) _erlclu_ctl_offer 5s 10s 30s 1m infinity; return ;;
        --max) :; return ;;
        --peer) :; return ;;
        --port) :; return ;;
        --write) COMPREPLY=($(compgen -f -- "$word")); return ;;
        -f|--file) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --lang) _erlclu_ctl_offer erlang elixir erl ex; return ;;
        --log) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --within) :; return ;;
    esac
    local options='-n --node -c --context --address --via --ssh --epmd --release --no-shell --vm-args --transport --optfile --ca --cert --key --server-name --insecure --keylog --capture --identity --known-hosts --host-key-fingerprint --ssh-password --ssh-password-file --cookie-file --cookie-env -t --timeout -o --output --json-terms --strings --color --ascii -q --quiet -v --verbose -h --help --version'
    case $verb in
        '') [[ $word == -* ]] || { _erlclu_ctl_offer ui demo ping doctor trace capture eval rpc remote_console members mesh partitions links cert ssh names status pid version stop restart reboot config explain completion help nodetool erl_call; return; } ;;
        ui|dashboard)
            options+=' --screen --once --plain --for --size --record --replay --speed'
            [[ $word == -* ]] || { _erlclu_ctl_known nodes; return; }
            ;;
        demo)
            options+=' --exec --fault'
            [[ $word == -* ]] || { :; return; }
            ;;
        ping)
            options+=' --all'
            [[ $word == -* ]] || { _erlclu_ctl_known nodes; return; }
            ;;
        doctor)
            options+=' --from --all --connect --summary'
            [[ $word == -* ]] || { _erlclu_ctl_known nodes; return; }
            ;;
        trace)
            case $below in
                '') [[ $word == -* ]] || { _erlclu_ctl_offer dist; return; } ;;
                dist)
                    options+=' --all --for --silence --max --failures --peer --record --replay'
                    [[ $word == -* ]] || { _erlclu_ctl_known nodes; return; }
                    ;;
            esac ;;
        capture)
            case $below in
                '') [[ $word == -* ]] || { _erlclu_ctl_offer decode; return; } ;;
                decode)
                    options+=' --failures --peer --for --port --write'
                    [[ $word == -* ]] || { COMPREPLY=($(compgen -f -- "$word")); return; }
                    ;;
            esac ;;
        eval)
            options+=' -f --file --all --yes --lang'
            [[ $word == -* ]] || { :; return; }
            ;;
        rpc)
            options+=' --yes'
            [[ $word == -* ]] || { :; return; }
            ;;
        remote_console|remote|remsh|console)
            options+=' --lang --raw --log'
            [[ $word == -* ]] || { _erlclu_ctl_known nodes; return; }
            ;;
        members)
            options+=' -w --watch'
            [[ $word == -* ]] || { _erlclu_ctl_known nodes; return; }
            ;;
        mesh)
            options+=' -w --watch'
            [[ $word == -* ]] || { _erlclu_ctl_known nodes; return; }
            ;;
        partitions)
            options+=' -w --watch'
            [[ $word == -* ]] || { _erlclu_ctl_known nodes; return; }
            ;;
        links)
            options+=' --all -w --watch'
            [[ $word == -* ]] || { _erlclu_ctl_known nodes; return; }
            ;;
        cert)
            case $below in
                '') [[ $word == -* ]] || { _erlclu_ctl_offer list show check; return; } ;;
                list)
                    options+=' -w --watch'
                    [[ $word == -* ]] || { _erlclu_ctl_known nodes; return; }
                    ;;
                show)
                    [[ $word == -* ]] || { _erlclu_ctl_known nodes; return; }
                    ;;
                check)
                    options+=' --within'
                    [[ $word == -* ]] || { _erlclu_ctl_known nodes; return; }
                    ;;
            esac ;;
        ssh)
            case $below in
                '') [[ $word == -* ]] || { _erlclu_ctl_offer trust; return; } ;;
                trust)
                    options+=' --yes'
                    [[ $word == -* ]] || { _erlclu_ctl_known nodes; return; }
                    ;;
            esac ;;
        names)
            [[ $word == -* ]] || { COMPREPLY=($(compgen -A hostname -- "$word")); return; }
            ;;
        status)
            options+=' --all -w --watch'
            [[ $word == -* ]] || { _erlclu_ctl_known nodes; return; }
            ;;
        pid|getpid)
            [[ $word == -* ]] || { _erlclu_ctl_known nodes; return; }
            ;;
        version|versions)
            options+=' --all'
            [[ $word == -* ]] || { _erlclu_ctl_known nodes; return; }
            ;;
        stop)
            options+=' --yes'
            [[ $word == -* ]] || { :; return; }
            ;;
        restart)
            options+=' --yes'
            [[ $word == -* ]] || { :; return; }
            ;;
        reboot)
            options+=' --yes'
            [[ $word == -* ]] || { :; return; }
            ;;
        config)
            case $below in
                '') [[ $word == -* ]] || { _erlclu_ctl_offer contexts view; return; } ;;
                contexts)
                    [[ $word == -* ]] || { :; return; }
                    ;;
                view)
                    [[ $word == -* ]] || { :; return; }
                    ;;
            esac ;;
        explain)
            [[ $word == -* ]] || { _erlclu_ctl_offer E-DNS E-EPMD-REFUSED E-EPMD-TIMEOUT E-EPMD-NOTREG E-TCP-REFUSED E-TCP-TIMEOUT E-TUNNEL E-TLS-TO-TCP E-TCP-TO-TLS E-CERT-EXPIRED E-CERT-NOT-YET E-CA-UNKNOWN E-CERT-NAME E-CERT-USAGE E-CERT-REQUIRED E-CERT-REVOKED E-CERT-REFUSED E-TLS-VERSION E-TLS-CIPHER E-TLS-OPTIONS E-TLS-KEY E-TLS-STRICT E-NAME E-NAMETYPE E-NOT-ALLOWED E-ALIVE E-NOK E-FLAGS E-COOKIE E-SETUP-TIMEOUT E-TICK E-OVERLAP E-CLOSED E-DISCONNECTED E-RPC E-SSH-HOSTKEY E-SSH-AUTH E-SSH-DISABLED E-SSH-CVE E-PROTOCOL E-TIMEOUT E-NO-EVAL E-EXCEPTION E-SYNTAX E-UNAVAILABLE E-RPC-ERROR E-USAGE E-INPUT E-OUTPUT E-CONFIG; return; }
            ;;
        completion)
            [[ $word == -* ]] || { _erlclu_ctl_offer bash zsh fish; return; }
            ;;
        help)
            [[ $word == -* ]] || { _erlclu_ctl_offer ui demo ping doctor trace capture eval rpc remote_console members mesh partitions links cert ssh names status pid version stop restart reboot config explain completion help nodetool erl_call; return; }
            ;;
        nodetool) return ;;
        erl_call) return ;;
    esac
    _erlclu_ctl_offer $options
}
complete -o filenames -F _erlclu_ctl erlclu-ctl
