using Mnist.Distributed.Tests.Simulation.Clock;

namespace Mnist.Distributed.Tests.Simulation.Cluster;

/// <summary>The grains in the memory of a silo.</summary>
/// <param name="newTurns">Turns of a grain of their own.</param>
/// <param name="make">Makes the grain of a key.</param>
/// <param name="gone">Called when one takes no more requests, with the silo that it moves
/// to.</param>
internal sealed class GrainHost(Func<Turns> newTurns, Func<string, IGrainContext, Task<Grain>> make, Action<string, SiloAddress?> gone)
{
    private readonly Dictionary<string, Activation> _activations = [];

    /// <summary>Serves a request; the grain is activated if it is not there.</summary>
    public Task<TReply> Serve<TGrain, TReply>(string key, Func<TGrain, Task<TReply>> call, bool interleaves = false)
        where TGrain : class
    {
        if (!_activations.TryGetValue(key, out var activation))
        {
            _activations[key] = activation = new Activation(newTurns(), GrainId.Create(typeof(TGrain).Name, key), context => make(key, context), moves =>
            {
                _activations.Remove(key);
                gone(key, moves);
            });
        }

        return activation.Serve(call, interleaves);
    }

    /// <summary>Lets all deactivate.</summary>
    public void End()
    {
        foreach (var activation in _activations.Values.ToArray())
        {
            activation.End();
        }
    }
}
