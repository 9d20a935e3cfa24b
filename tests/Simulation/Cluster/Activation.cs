using Mnist.Distributed.Tests.Simulation.Clock;
using Orleans.Runtime.Placement;
using Orleans.Storage;

namespace Mnist.Distributed.Tests.Simulation.Cluster;

/// <summary>
/// A grain in the memory of a silo. Its requests run one after the other, except those that
/// interleave.
/// </summary>
internal sealed class Activation
{
    private readonly Turns _turns;
    private readonly Action<SiloAddress?> _gone;
    private readonly Task<Grain> _ready;
    private Task _last = Task.CompletedTask;
    private bool _ending;

    /// <summary>Activates a grain.</summary>
    /// <param name="turns">Its turns.</param>
    /// <param name="id">Its id.</param>
    /// <param name="make">Makes it.</param>
    /// <param name="gone">Called when the grain takes no more requests, with the silo that it moves
    /// to.</param>
    public Activation(Turns turns, GrainId id, Func<IGrainContext, Task<Grain>> make, Action<SiloAddress?> gone)
    {
        _turns = turns;
        _gone = gone;
        var runtime = Fake.Of<IGrainRuntime>((method, _) =>
        {
            if (method.Name != nameof(IGrainRuntime.DeactivateOnIdle))
            {
                throw new NotSupportedException(method.Name);
            }

            End();
            return null;
        });
        var services = Fake.Of<IServiceProvider>((_, args) => args[0] is Type type && type == typeof(IGrainRuntime) ? runtime : null);
        var context = Fake.Of<IGrainContext>((method, _) => method.Name switch
        {
            $"get_{nameof(IGrainContext.GrainId)}" => id,
            $"get_{nameof(IGrainContext.ActivationServices)}" => services,
            nameof(IGrainContext.Migrate) => Move(),
            _ => throw new NotSupportedException(method.Name),
        });
        _ready = turns.Start(async () =>
        {
            try
            {
                var grain = await make(context);
                await grain.OnActivateAsync(CancellationToken.None);
                return grain;
            }
            catch
            {
                _ending = true;
                _gone(null);
                throw;
            }
        });
    }

    /// <summary>Serves a request.</summary>
    public Task<TReply> Serve<TGrain, TReply>(Func<TGrain, Task<TReply>> call, bool interleaves)
        where TGrain : class => _turns.Start(async () =>
        {
            var grain = (TGrain)(object)await _ready;
            if (interleaves)
            {
                return await call(grain);
            }

            var before = _last;
            var done = new TaskCompletionSource();
            _last = done.Task;
            await before;
            try
            {
                return _ending ? throw new SiloUnavailableException("the grain has deactivated") : await call(grain);
            }
            catch (InconsistentStateException)
            {
                End();
                throw;
            }
            finally
            {
                done.SetResult();
            }
        });

    /// <summary>Makes the grain deactivate after its current request.</summary>
    /// <param name="moves">The silo on which it is activated next; null for any.</param>
    public void End(SiloAddress? moves = null)
    {
        if (_ending)
        {
            return;
        }

        _ending = true;
        _ = _turns.Start(async () =>
        {
            await _last;
            await (await _ready).OnDeactivateAsync(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, ""), CancellationToken.None);
            _gone(moves);
            return true;
        });
    }

    private object? Move()
    {
        End(RequestContext.Get(IPlacementDirector.PlacementHintKey) as SiloAddress);
        return null;
    }
}
