namespace Mnist.Distributed.Coordinator.Commands.Completion.Shells;

/// <summary>The script for fish.</summary>
internal static class FishScript
{
    /// <summary>The script.</summary>
    public static ShellScript Definition { get; } = new("fish", """
        # Completion of PROGRAM for fish.
        function __FUNCTION_complete
            set -l words (commandline -opc)
            set -l current (commandline -ct)
            set -l start (string match -r -- '^--[^=]+=' "$current")
            set -l path (string replace -r -- '^--[^=]+=' '' "$current")
            for line in ($words[1] complete "--current=$current" -- $words[2..-1] 2>/dev/null)
                switch $line
                    case ':files'
                        for found in (__fish_complete_path "$path")
                            echo "$start$found"
                        end
                    case ':folders'
                        for found in (__fish_complete_directories "$path")
                            echo "$start$found"
                        end
                    case '*'
                        echo "$start$line"
                end
            end
        end
        complete -c PROGRAM -f -k -a '(__FUNCTION_complete)'
        """);
}
