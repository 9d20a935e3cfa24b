using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Commands.Completion;

/// <summary>The scripts in the real shells, in a terminal.</summary>
public sealed class ShellTests : IAsyncDisposable
{
    private readonly UserHome _home = new();

    [Theory]
    [InlineData("bash", "bash --norc --noprofile")]
    [InlineData("zsh", "zsh")]
    [InlineData("fish", "fish --private")]
    public async Task The_tab_key_completes_commands_options_names_and_files(string shell, string command)
    {
        Assert.SkipUnless(TerminalSession.Has(shell), $"{shell} is not installed.");
        await Prepare(shell);
        await using var terminal = await TerminalSession.Start(
            _home[""], 200, $"exec env HISTFILE=/dev/null HOME='{_home[""]}' XDG_STATE_HOME='{_home["state"]}' PATH='{_home["bin"]}':\"$PATH\" {command}", _home.Guard);
        await terminal.Type(shell == "zsh" ? "autoload -Uz compinit; compinit -u; source ./script; echo rea''dy" : "source ./script; echo rea''dy");
        await terminal.Press("Enter");
        await terminal.Shows("ready");

        await Complete("mnist eva", "mnist evaluate ");
        await Complete("--weigh", "--weights ");
        await Complete("first.safe", "--weights first.safetensors ");
        await Complete("--model=res", "--model=resnet ");
        await Complete("--dataset fa", "--dataset fashion-mnist ");
        await Complete("--data dig", "--data digits/");
        await terminal.Press("C-u");
        await Complete("mnist runs show 2026", "mnist runs show 20260901-120000-ab12 ");

        async Task Complete(string typed, string expected)
        {
            await terminal.Type(typed);
            await terminal.Press("Tab");
            await terminal.Shows(expected.TrimEnd());
        }
    }

    [Fact]
    public async Task The_script_for_PowerShell_registers_a_completer_that_asks_the_program()
    {
        var script = (await _home.Mnist("completion", "powershell")).Succeeds().Output;

        Assert.Contains("Register-ArgumentCompleter -Native -CommandName 'mnist', 'mnist.exe'", script, StringComparison.Ordinal);
        Assert.Contains("& $program complete \"--current=$wordToComplete\" '--' @words", script, StringComparison.Ordinal);
        Assert.Equal(script.Count(letter => letter == '{'), script.Count(letter => letter == '}'));
        if (TerminalSession.Has("pwsh"))
        {
            await Prepare("powershell");
            var asked = $"$env:PATH = '{_home["bin"]}:' + $env:PATH; . ./script.ps1; (TabExpansion2 'mnist train --model res' 23).CompletionMatches.CompletionText";
            using var pwsh = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("pwsh", ["-NoProfile", "-Command", asked]) { WorkingDirectory = _home[""], RedirectStandardOutput = true })!;
            Assert.Equal("resnet", (await pwsh.StandardOutput.ReadToEndAsync(_home.Guard)).Trim());
        }
    }

    [Fact]
    public async Task A_shell_that_is_not_known_is_refused() =>
        Assert.Contains("did you mean zsh?", (await _home.Mnist("completion", "zhs")).IsRefused(), StringComparison.Ordinal);

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    private async Task Prepare(string shell)
    {
        var script = (await _home.Mnist("completion", shell)).Succeeds().Output;
        await File.WriteAllTextAsync(_home[shell == "powershell" ? "script.ps1" : "script"], script, _home.Guard);
        Directory.CreateDirectory(_home["bin"]);
        await File.WriteAllTextAsync(_home["bin/mnist"], $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "mnist.dll")}' \"$@\"\n", _home.Guard);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_home["bin/mnist"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        await File.WriteAllTextAsync(_home[".zshrc"], "", _home.Guard);
        await File.WriteAllTextAsync(_home["first.safetensors"], "", _home.Guard);
        Directory.CreateDirectory(_home["digits"]);
        Directory.CreateDirectory(_home["runs/20260901-120000-ab12"]);
        await File.WriteAllTextAsync(_home["runs/20260901-120000-ab12/run.json"], """{"run_id": "20260901-120000-ab12", "status": "completed"}""", _home.Guard);
    }
}
