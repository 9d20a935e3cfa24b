using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using Mnist.Distributed.Training.Files;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Files;

/// <summary>Which groups are this user's alone. The oracle is the program <c>id</c>.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class OwnGroupTests
{
    private const uint Nameless = 3_999_999_999;

    public OwnGroupTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no such groups here.");

    [Fact]
    public void The_group_of_root_is_root() => Assert.True(OwnGroup.Is(0));

    [Fact]
    public void A_group_without_a_name_is_nobodys_unless_it_has_the_number_of_the_user() => Assert.Equal(FileOwner.Me == Nameless, OwnGroup.Is(Nameless));

    [Fact]
    public void A_group_with_another_name_is_not_the_users()
    {
        var user = Id("-un");
        var groups = Id("-G").Split(' ').Zip(Id("-Gn").Split(' '), (number, name) => (Number: number, Name: name)).Append((Number: "1", Name: "the first group of a system"));

        Assert.All(
            groups.Where(group => group.Number != "0" && group.Name != user),
            group => Assert.False(OwnGroup.Is(uint.Parse(group.Number, CultureInfo.InvariantCulture)), group.Name));
    }

    private static string Id(string option)
    {
        using var process = Process.Start(new ProcessStartInfo("id", [option]) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output.Trim();
    }
}
