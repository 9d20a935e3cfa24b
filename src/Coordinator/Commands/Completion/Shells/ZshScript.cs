namespace Mnist.Distributed.Coordinator.Commands.Completion.Shells;

/// <summary>The script for zsh.</summary>
internal static class ZshScript
{
    /// <summary>The script.</summary>
    public static ShellScript Definition { get; } = new("zsh", """
        #compdef PROGRAM
        # Completion of PROGRAM for zsh.
        _FUNCTION() {
            local line value
            local -a lines values
            lines=("${(@f)$("${(e)words[1]/#\~/$HOME}" complete --current="${words[CURRENT]}" -- "${(@)words[2,CURRENT-1]}" 2>/dev/null)}")
            [[ ${words[CURRENT]} == --*=* ]] && compset -P '--*='
            for line in "${lines[@]}"; do
                case $line in
                    :files) _files ;;
                    :folders) _files -/ ;;
                    ?*)
                        value=${line%%$'\t'*}
                        values+=("${value//:/\\:}:${line#*$'\t'}")
                        ;;
                esac
            done
            (( ${#values} )) && _describe -V PROGRAM values
        }
        if [[ ${funcstack[1]} == _FUNCTION ]]; then
            _FUNCTION "$@"
        else
            compdef _FUNCTION PROGRAM
        fi
        """);
}
