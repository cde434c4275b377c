# bash completion for erlclud. Written by 'erlclud --completion bash'; do not edit.
_erlclud() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
    case $previous in
    --config|--optfile|--cookie-file) mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
    *) mapfile -t COMPREPLY < <(compgen -W "--config --name --visible --prevent-overlapping-partitions --net-ticktime --listen --epmd --optfile --cookie-file --cookie-env --discover --name-base --probe-interval --http --shutdown-delay --allow-root --check-config --completion --manual --help --version" -- "$current") ;;
    esac
}
complete -F _erlclud erlclud
