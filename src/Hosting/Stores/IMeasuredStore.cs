using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Hosting.Stores;

/// <summary>A store that can tell how much space runs take, and can give the space back.</summary>
public interface IMeasuredStore
{
    /// <summary>The bytes that the store keeps of the grains with a key.</summary>
    /// <param name="key">The key of the grains, such as the id of a run.</param>
    /// <exception cref="InvalidInputException">The store cannot be read.</exception>
    long BytesOf(string key);

    /// <summary>
    /// Gives the space of what was deleted back now. If others use the store at this moment, this
    /// happens with one of their next writes.
    /// </summary>
    /// <exception cref="InvalidInputException">The store cannot be written.</exception>
    void GiveBackSpace();
}
