using CsCheck;

using Mnist.Distributed.Contracts;

using Xunit;

namespace Mnist.Distributed.Tests.Contracts.Wire;

public sealed class MessageTests
{
    /// <summary>
    /// All messages but exceptions, whose properties do not suffice for a comparison.
    /// </summary>
    public static TheoryData<string> Names =>
        [.. WireTypes.Messages.Where(type => !type.IsAssignableTo(typeof(Exception))).Select(type => type.FullName!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_message_arrives_as_it_was_sent(string name) => Gen.Int.Sample(seed =>
    {
        var sent = Make(name, seed);
        Assert.Equal(Contents.Of(sent), Contents.Of(WireFormat.RoundTrip(sent)));
    });

    [Theory]
    [MemberData(nameof(Names))]
    public void A_copy_of_a_message_holds_the_same(string name) => Gen.Int.Sample(seed =>
    {
        var message = Make(name, seed);
        Assert.Equal(Contents.Of(message), Contents.Of(WireFormat.Copy(message)));
    });

    [Fact]
    public void A_refused_input_arrives_as_itself_with_its_reason()
    {
        var arrived = Assert.IsType<InvalidInputException>(WireFormat.RoundTrip<Exception>(
            new InvalidInputException("the sentence", new InvalidOperationException("the reason"))));

        Assert.Equal("the sentence", arrived.Message);
        Assert.Equal("the reason", arrived.InnerException?.Message);
    }

    private static object Make(string name, int seed) =>
        new Specimen(new Random(seed)).Of(WireTypes.Messages.Single(type => type.FullName == name));
}
