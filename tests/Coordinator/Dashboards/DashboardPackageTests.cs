using Mnist.Distributed.Coordinator.Dashboards;
using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Dashboards;

/// <summary>Where <c>mnist dashboard</c> takes the dashboard from.</summary>
public sealed class DashboardPackageTests : IAsyncDisposable
{
    private readonly UserHome _home = new();

    [Fact]
    public async Task A_package_that_cannot_be_fetched_is_refused_in_one_sentence_and_leaves_nothing()
    {
        Directory.CreateDirectory(_home["empty"]);
        File.WriteAllText(_home["NuGet.Config"], $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="empty" value="{_home["empty"]}" />
              </packageSources>
            </configuration>
            """);
        _home.Set("NUGET_PACKAGES", _home["nowhere"]);
        _home.Set("DOTNET_GENERATE_ASPNET_CERTIFICATE", "false");

        var refusal = (await _home.Mnist("dashboard", "--install-only")).IsRefused();

        // Lines with dots at their end say that the work goes on.
        var sentence = Assert.Single(refusal.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => !line.EndsWith("...", StringComparison.Ordinal));
        Assert.Contains("cannot be fetched", sentence, StringComparison.Ordinal);
        Assert.Contains("dotnet nuget list source", sentence, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_home["cache/mnist-distributed/dashboard"]));
        Assert.Contains("fetch it with 'mnist dashboard --install'", (await _home.Mnist("dashboard")).IsRefused(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_named_dashboard_of_another_version_is_taken_with_a_remark()
    {
        var program = Program("aspire.dashboard.sdk.linux-x64/9.5.0/tools");
        _home.Set(DashboardPackage.Variable, Path.GetDirectoryName(program));

        var found = (await _home.Mnist("dashboard", "--install-only")).Succeeds();

        Assert.Contains(program, found.Output, StringComparison.Ordinal);
        Assert.Contains("the Aspire dashboard 9.5.0", found.Error, StringComparison.Ordinal);
        Assert.Contains(DashboardPackage.Version, found.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("aspire.dashboard.sdk.linux-x64/13.6.0/tools", false)]
    [InlineData("aspire.dashboard.sdk.linux-x64/13.60.0/tools", true)]
    [InlineData("Aspire.Dashboard.Sdk.linux-x64/14.6.5-preview.1/tools", true)]
    [InlineData("somewhere/else/tools", false)]
    public void The_folder_of_a_package_tells_its_version(string folder, bool differs) =>
        Assert.Equal(differs, DashboardVersion.Remark(Program(folder), "13.6.5") is not null);

    /// <summary>The assembly of this program stands in for that of a dashboard.</summary>
    [Fact]
    public void An_assembly_tells_its_version()
    {
        var program = Program("aspire.dashboard.sdk.linux-x64/13.6.5/tools");
        var assembly = typeof(DashboardPackage).Assembly;
        File.Copy(assembly.Location, Path.Combine(Path.GetDirectoryName(program)!, "Aspire.Dashboard.dll"));
        var version = assembly.GetName().Version!.ToString(2);

        Assert.Contains($"the Aspire dashboard {version}.", DashboardVersion.Remark(program, "13.6.5"), StringComparison.Ordinal);
        Assert.Null(DashboardVersion.Remark(program, $"{version}.77"));
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    /// <summary>Makes a file with the name of the dashboard's program.</summary>
    private string Program(string folder)
    {
        Directory.CreateDirectory(_home[folder]);
        var path = Path.Combine(_home[folder], OperatingSystem.IsWindows() ? "Aspire.Dashboard.exe" : "Aspire.Dashboard");
        File.WriteAllText(path, "");
        return path;
    }
}
