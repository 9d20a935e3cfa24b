using System.Buffers;
using System.Reflection;
using CsCheck;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Hosting.Access;
using Mnist.Distributed.Hosting.Identity;
using Mnist.Distributed.Hosting.Transport.Guard;
using Mnist.Distributed.Tests.Contracts.Wire;
using Mnist.Distributed.Tests.Training.Files;
using Orleans.Serialization;
using Orleans.Serialization.Invocation;
using Xunit;

namespace Mnist.Distributed.Tests.Hosting.Transport.Guard;

/// <summary>Which messages a silo takes from a client.</summary>
[Trait(Fuzz.Trait, Fuzz.Category)]
public sealed class ClientFramesTests
{
    private const int Cases = 30_000, AnyBytes = 10_000, Reads = 20_000;

    /// <summary>
    /// The most bytes that Orleans may take to read a message of a few kilobytes. Most of them are
    /// for names of types that do not exist: it looks for them in all assemblies.
    /// </summary>
    private const int MostToRead = 1 << 22;

    private static readonly byte[][] Good =
    [
        Frames.Header(),
        Frames.Header(context: Frames.Number()),
        Frames.Body(Frames.Stop),
        Frames.Body(Frames.Stop, [.. Frames.Number(), .. Frames.Nested(60)]),
    ];

    /// <summary>Every row of the table of access, for each role.</summary>
    public static TheoryData<string, string, ClusterRole> Rows => new(
        from call in AccessTable.Clients.Keys.Concat(AccessTable.Inside)
        from role in Enum.GetValues<ClusterRole>()
        select (call.Interface, call.Method, role));

    [Theory]
    [MemberData(nameof(Rows))]
    public void Role_may_make_the_requests_of_its_rows_and_no_others(string type, string method, ClusterRole role)
    {
        var least = AccessTable.LeastRoleFor(new Call(type, method));
        var failure = Record.Exception(() => Check(role, Frames.Header(), Frames.Body(Frames.Of(type, method))));
        if (role >= least)
        {
            Assert.Null(failure);
            return;
        }

        var reason = least is { } needed ? $"but the role {CertificateSubject.NameOf(needed)} is needed" : "which only silos may";
        var refusal = Assert.IsType<RefusedFrameException>(failure).Message;
        Assert.StartsWith($"it calls {type}.{method}", refusal, StringComparison.Ordinal);
        Assert.EndsWith(reason, refusal, StringComparison.Ordinal);
    }

    /// <summary>
    /// Orleans has hundreds of requests of its own, and names each of the project's by a hash too.
    /// </summary>
    [Fact]
    public void Requests_that_are_in_no_row_are_refused_whatever_the_role()
    {
        Call[] all =
        [
            .. new[] { typeof(ITrainingRunGrain).Assembly, typeof(IManagementGrain).Assembly, Assembly.Load("Orleans.Runtime") }
                .SelectMany(assembly => assembly.GetTypes())
                .Where(type => type.IsAssignableTo(typeof(IInvokable)))
                .SelectMany(type => type.GetCustomAttributes<CompoundTypeAliasAttribute>())
                .Select(alias => alias.Components)
                .Where(names => names is [.., Type, string])
                .Select(names => new Call(NameOf((Type)names[^2]), (string)names[^1]))
                .Distinct(),
        ];
        Assert.InRange(all.Length, AccessTable.Clients.Count + AccessTable.Inside.Count, int.MaxValue);

        var taken = all.Where(call => Record.Exception(() => Check(ClusterRole.Silo, Frames.Header(), Frames.Body(Frames.Of(call.Interface, call.Method)))) is null);
        Assert.Equal(AccessTable.Clients.Keys.Select(call => $"{call}").Order(StringComparer.Ordinal), taken.Select(call => $"{call}").Order(StringComparer.Ordinal));
    }

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
        .Sample((header, body) => Record.Exception(() => Check(ClusterRole.Operator, header, body)) is RefusedFrameException, iter: Fuzz.Inputs(AnyBytes));

    [Fact]
    public void Request_of_a_client_is_let_through_and_read_as_itself()
    {
        Assert.Equal(AccessTable.Clients.Keys.Count(call => call.Interface.StartsWith("mnist.", StringComparison.Ordinal)), Requests.OfClients.Count);
        Assert.All(Requests.OfClients, method =>
        {
            var body = Requests.Write(method, seed: 1);
            Check(ClusterRole.Operator, Frames.Header(), body);
            Assert.Equal(method, ((IInvokable)WireFormat.Read<object>(body)).GetMethod());
        });
    }

    /// <summary>
    /// What is let through is given to Orleans. The oracle is what may come out there: a value, or
    /// an exception of its reader. A silo answers with the exception, and goes on.
    /// </summary>
    [Fact]
    public void What_is_let_through_is_read_or_refused_by_Orleans_with_little_memory()
    {
        (byte[] Start, byte[] Remainder)[] values = [.. Arguments(), .. ContextValues()];
        Assert.All(values, value => Assert.Null(Record.Exception(() => WireFormat.Read<object>([.. value.Start, .. value.Remainder]))));
        var read = 0;
        Gen.Select(Gen.Int[0, values.Length - 1], Gen.Select(Gen.Int[0, 100_000], Gen.Byte).Array[0, 4]).Sample(
            (which, changes) =>
            {
                var (start, rest) = values[which];
                byte[] bytes = [.. start, .. Fuzz.Change(rest.ToArray(), changes)];
                var (header, body) = start.Length > 0 ? (Frames.Header(), bytes) : (Frames.Header(context: bytes), Frames.Body(Frames.Stop));
                if (Record.Exception(() => Check(ClusterRole.Operator, header, body)) is null)
                {
                    Interlocked.Increment(ref read);
                    Exception? failure = null;
                    Assert.InRange(Allocation.Of(() => failure = Record.Exception(() => WireFormat.Read<object>(bytes))), 0, MostToRead);
                    Assert.True(failure is null || IsOfTheReader(failure), $"{failure}");
                }
            },
            iter: Fuzz.Inputs(Reads));
        Assert.InRange(read, Fuzz.Inputs(Reads) / 20, int.MaxValue);
    }

    /// <summary>
    /// The exceptions of Orleans' reader, and those of .NET with which it reports missing bytes,
    /// numbers and lengths that are too large, and names and kinds of types.
    /// </summary>
    private static bool IsOfTheReader(Exception failure) => failure
        is SerializerException
        or InvalidOperationException
        or ArgumentException
        or IndexOutOfRangeException
        or OverflowException
        or FormatException
        or InvalidCastException
        or KeyNotFoundException
        or NotSupportedException
        or TypeLoadException
        or FileLoadException;

    /// <summary>Requests with random arguments. Their rest begins behind their name.</summary>
    private static IEnumerable<(byte[] Start, byte[] Remainder)> Arguments() =>
        from method in Requests.OfClients
        where method.GetParameters().Length > 0
        from seed in Enumerable.Range(0, 8)
        let body = Requests.Write(method, seed)
        let start = Frames.Body(Frames.Of(Call.Of(method)!.Interface, Call.Of(method)!.Method)).Length - 1
        select (body[..start], body[start..]);

    /// <summary>Values that a client may send in the header of a request.</summary>
    private static IEnumerable<(byte[] Start, byte[] Remainder)> ContextValues() => WireTypes.Messages
        .Where(type => !type.IsAbstract && !type.IsAssignableTo(typeof(Exception)))
        .Select((type, seed) => new Specimen(new Random(seed)).Of(type))
        .Append(new InvalidInputException("the sentence", new InvalidOperationException("the reason")))
        .Select(value => (Array.Empty<byte>(), WireFormat.Write(value)));

    private static string NameOf(Type type) => type.GetCustomAttribute<AliasAttribute>()?.Alias ?? $"{type.FullName},{type.Assembly.GetName().Name}";

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
