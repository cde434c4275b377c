# bash completion for erlclu-ctl. Written by 'erlclu-ctl completion bash'; do not edit.

_erlclu_ctl() {
    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} verb= index
    # Bash takes = for a word of its own.
    if [[ $word == = ]]; then word=; elif [[ $previous == = ]]; then previous=${COMP_WORDS[COMP_CWORD-2]}; fi
    for ((index = 1; index < COMP_CWORD; index++)); do
        case ${COMP_WORDS[index]} in
            -n|--node|-c|--context|--address|--epmd|--release|--vm-args|--transport|--optfile|--ca|--cert|--key|--server-name|--keylog|--capture|--cookie-file|--cookie-env|-t|--timeout|-o|--output|--json-terms|--strings|--color|--from|-f|--file|--lang|--lang|--log)
                [[ ${COMP_WORDS[index+1]} == = ]] && ((index++))
                ((index++)) ;;
            -*) ;;
            *) [[ -z $verb ]] && verb=${COMP_WORDS[index]} ;;
        esac
    done
    COMPREPLY=()
    case $previous in
        -n|--node) :; return ;;
        -c|--context) :; return ;;
        --address) :; return ;;
        --epmd) COMPREPLY=($(compgen -W 'none' -- "$word")); return ;;
        --release) COMPREPLY=($(compgen -d -- "$word")); return ;;
        --vm-args) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --transport) COMPREPLY=($(compgen -W 'auto tls tcp' -- "$word")); return ;;
        --optfile) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --ca) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --cert) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --key) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --server-name) COMPREPLY=($(compgen -A hostname -- "$word")); return ;;
        --keylog) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --capture) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --cookie-file) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --cookie-env) :; return ;;
        -t|--timeout) COMPREPLY=($(compgen -W '5s 10s 30s 1m infinity' -- "$word")); return ;;
        -o|--output) COMPREPLY=($(compgen -W 'table json jsonl term raw ladder' -- "$word")); return ;;
        --json-terms) COMPREPLY=($(compgen -W 'plain tagged' -- "$word")); return ;;
        --strings) COMPREPLY=($(compgen -W 'never auto' -- "$word")); return ;;
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$word")); return ;;
        --from) :; return ;;
        -f|--file) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --lang) COMPREPLY=($(compgen -W 'erl ex' -- "$word")); return ;;
        --lang) COMPREPLY=($(compgen -W 'erl ex' -- "$word")); return ;;
        --log) COMPREPLY=($(compgen -f -- "$word")); return ;;
    esac
    local options='-n --node -c --context --address --epmd --release --vm-args --transport --optfile --ca --cert --key --server-name --insecure --keylog --capture --cookie-file --cookie-env -t --timeout -o --output --json-terms --strings --color --ascii -q --quiet -v --verbose -h --help --version'
    case $verb in
        '') [[ $word == -* ]] || { COMPREPLY=($(compgen -W 'ping doctor trace capture eval rpc remote_console members names status pid version stop restart reboot config explain completion help nodetool erl_call' -- "$word")); return; } ;;
        ping)
            [[ $word == -* ]] || { :; return; } ;;
        doctor)
            options+=' --from --all --connect'
            [[ $word == -* ]] || { :; return; } ;;
        trace)
            [[ $word == -* ]] || { COMPREPLY=($(compgen -W 'dist' -- "$word")); return; } ;;
        capture)
            [[ $word == -* ]] || { COMPREPLY=($(compgen -W 'decode' -- "$word")); return; } ;;
        eval)
            options+=' -f --file --all --lang'
            [[ $word == -* ]] || { :; return; } ;;
        rpc)
            [[ $word == -* ]] || { :; return; } ;;
        remote_console|remote|remsh|console)
            options+=' --lang --raw --log'
            [[ $word == -* ]] || { :; return; } ;;
        members)
            options+=' -w --watch'
            [[ $word == -* ]] || { :; return; } ;;
        names)
            [[ $word == -* ]] || { COMPREPLY=($(compgen -A hostname -- "$word")); return; } ;;
        status)
            [[ $word == -* ]] || { :; return; } ;;
        pid|getpid)
            [[ $word == -* ]] || { :; return; } ;;
        version|versions)
            [[ $word == -* ]] || { :; return; } ;;
        stop)
            options+=' --yes'
            [[ $word == -* ]] || { :; return; } ;;
        restart)
            options+=' --yes'
            [[ $word == -* ]] || { :; return; } ;;
        reboot)
            options+=' --yes'
            [[ $word == -* ]] || { :; return; } ;;
        config)
            [[ $word == -* ]] || { COMPREPLY=($(compgen -W 'contexts view' -- "$word")); return; } ;;
        explain)
            [[ $word == -* ]] || { COMPREPLY=($(compgen -W 'E-DNS E-EPMD-REFUSED E-EPMD-TIMEOUT E-EPMD-NOTREG E-TCP-REFUSED E-TCP-TIMEOUT E-TLS-TO-TCP E-TCP-TO-TLS E-CERT-EXPIRED E-CERT-NOT-YET E-CA-UNKNOWN E-CERT-NAME E-CERT-USAGE E-CERT-REQUIRED E-CERT-REFUSED E-TLS-VERSION E-TLS-CIPHER E-TLS-OPTIONS E-TLS-KEY E-NAME E-NAMETYPE E-NOT-ALLOWED E-ALIVE E-NOK E-FLAGS E-COOKIE E-SETUP-TIMEOUT E-TICK E-OVERLAP E-CLOSED E-DISCONNECTED E-RPC E-SSH-HOSTKEY E-SSH-AUTH E-SSH-DISABLED E-SSH-CVE E-PROTOCOL E-TIMEOUT E-EXCEPTION E-SYNTAX E-UNAVAILABLE E-RPC-ERROR E-USAGE E-INPUT E-OUTPUT E-CONFIG' -- "$word")); return; } ;;
        completion)
            [[ $word == -* ]] || { COMPREPLY=($(compgen -W 'bash zsh fish' -- "$word")); return; } ;;
        help)
            [[ $word == -* ]] || { COMPREPLY=($(compgen -W 'ping doctor trace capture eval rpc remote_console members names status pid version stop restart reboot config explain completion help nodetool erl_call' -- "$word")); return; } ;;
        nodetool) return ;;
        erl_call) return ;;
    esac
    COMPREPLY=($(compgen -W "$options" -- "$word"))
}
complete -o filenames -F _erlclu_ctl erlclu-ctl
