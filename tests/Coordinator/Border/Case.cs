using System.Text.RegularExpressions;
using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Border;

/// <summary>A program with the input that it gets.</summary>
/// <param name="Program">The program.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Environment">Environment variables beside the usual ones.</param>
internal sealed partial record Case(string Program, string[] Arguments, Dictionary<string, string> Environment)
{
    private static readonly int[] Documented = [0, 1, 2];

    public async Task Judge(UserHome home)
    {
        var before = Environment.Keys.ToDictionary(name => name, home.Get);
        foreach (var (name, value) in Environment)
        {
            home.Set(name, value);
        }

        var finished = await home.RunBriefly(Program, Arguments);
        foreach (var (name, value) in before)
        {
            home.Set(name, value);
        }

        var told = $"{this}\nexit code {finished.ExitCode}\n{finished.Output}\n{finished.Error}";
        Assert.True(Documented.Contains(finished.ExitCode), told);
        Assert.False(Trace().IsMatch(finished.Error + finished.Output), told);
        Assert.DoesNotContain("this should not have happened", finished.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', finished.Error);
        if (finished.ExitCode == 2)
        {
            Assert.True(finished.Output.Length == 0 || Program == "mnist-silo", told);
            Assert.True(Sentence().IsMatch(finished.Error), told);
        }
    }

    public override string ToString() =>
        $"{string.Concat(Environment.Select(variable => $"{variable.Key}='{variable.Value}' "))}{Program} {string.Join(' ', Arguments.Select(word => $"'{word}'"))}";

    [GeneratedRegex(@"^\s+at [\w.<>`]+\(|Unhandled exception|System\.Nullable|System\.Int32|---> ", RegexOptions.Multiline)]
    private static partial Regex Trace();

    [GeneratedRegex(@"^mnist(-silo)?: \S.*[.?]$", RegexOptions.Multiline)]
    private static partial Regex Sentence();
}
