namespace Mnist.Distributed.Coordinator.Commands.Completion.Shells;

/// <summary>The script for PowerShell.</summary>
internal static class PowerShellScript
{
    /// <summary>
    /// The script. Where it returns nothing, PowerShell completes files and folders.
    /// </summary>
    public static ShellScript Definition { get; } = new("powershell", """
        # Completion of PROGRAM for PowerShell.
        Register-ArgumentCompleter -Native -CommandName 'PROGRAM', 'PROGRAM.exe' -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            $before = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
            $program = $before[0]
            $words = @($before | Select-Object -Skip 1)
            $start = if ($wordToComplete -match '^(--[^=]+=)') { $Matches[1] } else { '' }
            & $program complete "--current=$wordToComplete" '--' @words 2>$null | Where-Object { $_ -and -not $_.StartsWith(':') } | ForEach-Object {
                $value, $text = $_ -split "`t", 2
                [System.Management.Automation.CompletionResult]::new("$start$value", $value, 'ParameterValue', $(if ($text) { $text } else { $value }))
            }
        }
        """);
}
