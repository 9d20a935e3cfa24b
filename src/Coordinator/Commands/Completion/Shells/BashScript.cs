namespace Mnist.Distributed.Coordinator.Commands.Completion.Shells;

/// <summary>The script for bash.</summary>
internal static class BashScript
{
    /// <summary>The script.</summary>
    public static ShellScript Definition { get; } = new("bash", """
        # Completion of PROGRAM for bash.
        _FUNCTION() {
            local line current="${COMP_WORDS[COMP_CWORD]}" program="${COMP_WORDS[0]/#\~/$HOME}"
            COMPREPLY=()
            while IFS= read -r line; do
                case $line in
                    :files)
                        compopt -o filenames 2>/dev/null
                        while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "${current#=}")
                        ;;
                    :folders)
                        compopt -o filenames 2>/dev/null
                        while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -d -- "${current#=}")
                        ;;
                    ?*)
                        COMPREPLY+=("${line%%$'\t'*}")
                        ;;
                esac
            done < <("$program" complete --current="$current" -- "${COMP_WORDS[@]:1:COMP_CWORD-1}" 2>/dev/null)
        }
        complete -o nosort -F _FUNCTION PROGRAM
        """);
}
