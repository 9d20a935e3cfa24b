using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Coordinator.Commands.Chaos;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Commands.Chaos;

/// <summary>The audit accepts a complete ledger and reports every single error in one.</summary>
public sealed class LedgerAuditTests
{
    private static readonly TrainingPlan Plan = new() { Samples = 100, BatchSize = 10, Epochs = 2, Workers = 3 };
    private static readonly LedgerShare[] Two = [new("a", 0, 2, false), new("b", 2, 3, false)];
    private static readonly LedgerShare[] One = [new("b", 0, 3, true)];
    private static readonly LedgerBlock[] Blocks = [new(0, 7, Two), new(7, 8, One), new(8, 20, Two)];

    public static TheoryData<string> Damages => [.. Spoilt.Keys];

    private static Dictionary<string, LedgerBlock[]> Spoilt { get; } = new()
    {
        ["the first steps are missing"] = Blocks[1..],
        ["a block is missing"] = [Blocks[0], Blocks[2]],
        ["the last steps are missing"] = Blocks[..2],
        ["steps are there twice"] = [Blocks[0], Blocks[1], Blocks[1], Blocks[2]],
        ["a step is in two blocks"] = [Blocks[0], Blocks[1] with { FirstStep = 6 }, Blocks[2]],
        ["a block is empty"] = [Blocks[0], new(7, 7, One), .. Blocks[1..]],
        ["a worker is missing at the start"] = [Blocks[0] with { Shares = [Two[1]] }, .. Blocks[1..]],
        ["a worker is missing at the end"] = [Blocks[0] with { Shares = [Two[0]] }, .. Blocks[1..]],
        ["a worker is there twice"] = [Blocks[0] with { Shares = [new("a", 0, 2, false), new("b", 1, 3, false)] }, .. Blocks[1..]],
        ["a worker that does not exist"] = [Blocks[0] with { Shares = [new("a", 0, 4, false)] }, .. Blocks[1..]],
        ["no share at all"] = [Blocks[0] with { Shares = [] }, .. Blocks[1..]],
    };

    [Fact]
    public void A_whole_ledger_has_no_problems() => Assert.Empty(LedgerAudit.Problems(Of(Blocks), Plan));

    [Theory]
    [MemberData(nameof(Damages))]
    public void A_spoilt_ledger_has_problems(string damage) => Assert.NotEmpty(LedgerAudit.Problems(Of(Spoilt[damage]), Plan));

    [Fact]
    public void A_ledger_that_ends_early_has_problems() => Assert.NotEmpty(LedgerAudit.Problems(Of(Blocks) with { EndStep = 19 }, Plan));

    private static Ledger Of(LedgerBlock[] blocks) => new(0, Plan.TotalSteps, blocks, [], []);
}
