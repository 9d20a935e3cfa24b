namespace Mnist.Distributed.Hosting.Stores;

/// <summary>A kind of store, as help and refusals describe it.</summary>
/// <param name="Name">The name of the kind: the part of a store's name before the colon.</param>
/// <param name="Needs">What the part after the colon is, in help.</param>
/// <param name="Example">An example of the part after the colon.</param>
/// <param name="Summary">What the store is, in help.</param>
/// <param name="Parse">Creates the store of the part after the colon.</param>
public sealed record StoreForm(string Name, string Needs, string Example, string Summary, Func<string, IClusterStore> Parse)
{
    /// <summary>The language of the part after the colon, for a refusal.</summary>
    public required string Language { get; init; }
}
