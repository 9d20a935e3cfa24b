using System.Buffers;
using CsCheck;
using Mnist.Distributed.Hosting.Identity;
using Mnist.Distributed.Hosting.Transport.Guard;
using Xunit;

namespace Mnist.Distributed.Tests.Hosting.Transport.Guard;

/// <summary>Which messages a silo takes from a client.</summary>
[Trait(Fuzz.Trait, Fuzz.Category)]
public sealed class ClientFramesTests
{
    private const int Cases = 30_000;

    private static readonly byte[][] Good =
    [
        Frames.Header(),
        Frames.Header(context: Frames.Number()),
        Frames.Body(Frames.Stop),
        Frames.Body(Frames.Stop, [.. Frames.Number(), .. Frames.Nested(60)]),
    ];

    [Theory]
    [InlineData("mnist.ITrainingRunGrain", "Describe", ClusterRole.Observer)]
    [InlineData("mnist.ITrainingRunGrain", "Stop", ClusterRole.Operator)]
    [InlineData("mnist.IRunIndexGrain", "List", ClusterRole.Observer)]
    public void Request_of_the_role_is_let_through(string type, string method, ClusterRole role) => Check(role, Frames.Header(), Frames.Body(Frames.Of(type, method)));

    [Theory]
    [InlineData("mnist.ITrainingRunGrain", "Stop", ClusterRole.Observer, "with the role observer, but the role operator is needed")]
    [InlineData("mnist.IReplicaService", "Install", ClusterRole.Operator, "it calls mnist.IReplicaService.Install, which only silos may")]
    [InlineData("Orleans.Runtime.IMembershipService,Orleans.Core", "AAAA", ClusterRole.Operator, "which only silos may")]
    public void Request_beyond_the_role_is_refused(string type, string method, ClusterRole role, string reason) =>
        Assert.Contains(reason, Refusal(role, Frames.Header(), Frames.Body(Frames.Of(type, method))), StringComparison.Ordinal);

    [Fact]
    public void Answers_and_names_of_others_are_refused()
    {
        var body = Frames.Body(Frames.Stop);
        Assert.Contains("something else than a request", Refusal(Frames.Header(Frames.Response), body), StringComparison.Ordinal);
        Assert.Contains("in the name of a silo", Refusal(Frames.Header(sender: "mnist.TrainingRunGrain"), body), StringComparison.Ordinal);
        Assert.Contains("in the name of a silo", Refusal(Frames.Header(key: "hosted-127.0.0.1:1@1"), body), StringComparison.Ordinal);
        Assert.Contains("where grains are", Refusal(Frames.Header(flags: 1 << 7), body), StringComparison.Ordinal);
        Assert.Contains("something else than a request", Refusal(Frames.Header(), Frames.Body("System.String")), StringComparison.Ordinal);

        var rule = new ClientFrames(ClusterRole.Operator);
        rule.Check(Split(Frames.Header(key: "kim")), Split(body));
        rule.Check(Split(Frames.Header(key: "kim")), Split(body));
        Assert.Contains("another client", Assert.Throws<RefusedFrameException>(() => rule.Check(Split(Frames.Header(key: "lee")), Split(body))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(65)]
    [InlineData(100_000)]
    public void Values_that_are_nested_too_deep_are_refused(int depth)
    {
        Assert.Contains("nested", Refusal(Frames.Header(), Frames.Body(Frames.Stop, Frames.Nested(depth))), StringComparison.Ordinal);
        Assert.Contains("nested", Refusal(Frames.Header(context: Frames.Nested(depth)), Frames.Body(Frames.Stop)), StringComparison.Ordinal);
    }

    [Fact]
    public void Long_name_of_a_type_is_refused() =>
        Assert.Contains("names a type in 1,025 bytes", Refusal(Frames.Header(), Frames.Body(new string('a', 1025))), StringComparison.Ordinal);

    /// <summary>The oracle is what may come out: nothing, or a refusal.</summary>
    [Fact]
    public void Changed_bytes_are_let_through_or_refused_and_never_fail_otherwise() => Gen
        .Select(Gen.Int[0, 1], Gen.Int[2, 3], Gen.Select(Gen.Int[0, 500], Gen.Byte).Array[0, 6], Gen.Int[0, 200], Gen.Byte.Array[0, 8])
        .Sample(
            (header, body, changes, cut, more) =>
            {
                var bytes = (Header: Good[header].ToArray(), Body: Good[body].ToArray());
                foreach (var (place, value) in changes)
                {
                    var part = place % 2 == 0 ? bytes.Header : bytes.Body;
                    part[place / 2 % part.Length] = value;
                }

                if (cut < 20)
                {
                    bytes.Body = bytes.Body[..^Math.Min(cut, bytes.Body.Length)];
                }
                else if (cut < 40)
                {
                    bytes.Header = [.. bytes.Header, .. more];
                }

                var failure = Record.Exception(() => Check(ClusterRole.Operator, bytes.Header, bytes.Body));
                return failure is null or RefusedFrameException;
            },
            iter: Fuzz.Inputs(Cases));

    [Fact]
    public void Any_bytes_are_let_through_or_refused_and_never_fail_otherwise() => Gen.Select(Gen.Byte.Array[0, 100], Gen.Byte.Array[0, 100])
        .Sample((header, body) => Record.Exception(() => Check(ClusterRole.Operator, header, body)) is RefusedFrameException, iter: Fuzz.Inputs(Cases));

    private static void Check(ClusterRole role, byte[] header, byte[] body) => new ClientFrames(role).Check(Split(header), Split(body));

    private static string Refusal(byte[] header, byte[] body) => Refusal(ClusterRole.Operator, header, body);

    private static string Refusal(ClusterRole role, byte[] header, byte[] body) => Assert.Throws<RefusedFrameException>(() => Check(role, header, body)).Message;

    /// <summary>Bytes as they come from a connection: in pieces.</summary>
    private static ReadOnlySequence<byte> Split(byte[] bytes)
    {
        if (bytes.Length < 2)
        {
            return new ReadOnlySequence<byte>(bytes);
        }

        var first = new Piece(bytes.AsMemory(0, bytes.Length / 2), null);
        var last = new Piece(bytes.AsMemory(bytes.Length / 2), first);
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, Piece? before)
        {
            Memory = memory;
            if (before is not null)
            {
                RunningIndex = before.Memory.Length;
                before.Next = this;
            }
        }
    }
}
