using Mnist.Distributed.Tests.Boundaries.Sources;

using Xunit;

namespace Mnist.Distributed.Tests.Boundaries;

/// <summary>
/// A folder uses only folders below it, so no two folders use each other, directly or through
/// others.
/// </summary>
public sealed class FolderCycleTests
{
    public static TheoryData<string> Projects => [.. Repository.Projects];

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_folders_use_each_other_in_a_loop(string project)
    {
        var loops = FolderCycles.Of(Repository.Sources).Where(loop => loop.Folders.Any(folder => folder.Split('/')[0] == project)).ToArray();

        Assert.True(loops.Length == 0, string.Join('\n', loops.AsEnumerable()));
    }
}
