using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Tests.Simulation.Clock;
using Mnist.Distributed.Tests.Simulation.Cluster;

namespace Mnist.Distributed.Tests.Simulation.Network;

/// <summary>
/// Carries calls. Within a silo a message is passed by reference, as Orleans passes immutable
/// messages. Between silos it is copied. The copy is made when the message is sent or some time
/// later, as Orleans serializes a message when its connection has time for it.
/// </summary>
internal sealed class Wires(Timeline timeline, Conditions conditions, Func<SiloAddress, SimulatedSilo> siloAt)
{
    private static readonly TimeSpan WriteLatest = TimeSpan.FromMilliseconds(3);

    /// <summary>
    /// A request that arrives a second time within this time, in seconds, may be served again while
    /// the first answer is on its way.
    /// </summary>
    private const double Soon = 0.01;

    private static readonly TimeSpan Retransmission = TimeSpan.FromMilliseconds(200);

    /// <summary>Pairs of nodes, by name, of which the first cannot reach the second.</summary>
    public HashSet<(string From, string To)> Cut { get; } = [];

    /// <summary>Called for every message between silos.</summary>
    public Action Sent { get; set; } = () => { };

    /// <summary>Calls a silo.</summary>
    /// <param name="from">The caller.</param>
    /// <param name="to">The silo.</param>
    /// <param name="request">The request.</param>
    /// <param name="serve">Serves the request on the silo.</param>
    /// <param name="repeatable">Whether the request may arrive twice.</param>
    public Task<TReply> Call<TRequest, TReply>(
        Node from, SiloAddress to, TRequest request, Func<SimulatedSilo, TRequest, Task<TReply>> serve, bool repeatable = false)
    {
        var target = siloAt(to);
        var call = new TaskCompletionSource<TReply>();
        if (from == target)
        {
            timeline.After(conditions.Delay(timeline) * 0.1, from.Process, () => serve(target, request).ContinueWith(
                served => timeline.After(conditions.Delay(timeline) * 0.1, from.Process, () => Complete(call, served)),
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default));
            return call.Task;
        }

        if (!from.View.Contains(to))
        {
            timeline.After(conditions.Delay(timeline), from.Process, () => call.SetException(new SiloUnavailableException($"silo {to} is not in the cluster")));
            return call.Task;
        }

        from.Expect(call, to, failure => call.TrySetException(failure));
        timeline.After(TimeSpan.FromSeconds(conditions.ResponseTimeout), from.Process, () =>
        {
            from.Forget(call);
            call.TrySetException(new TimeoutException($"no answer from {to} in {conditions.ResponseTimeout:F0} s"));
        });

        var twice = repeatable && timeline.Draws(conditions.Twice);
        Send(from, target, request, written =>
        {
            Serve(written);
            if (twice)
            {
                timeline.After(timeline.Between(0, timeline.Draws(0.5) ? Soon : conditions.Detour), target.Process, () => Serve(written));
            }
        });
        return call.Task;

        void Serve(TRequest written) => serve(target, written).ContinueWith(
            served => Send(target, from, served, answer =>
            {
                from.Forget(call);
                Complete(call, answer);
            }),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private static void Complete<T>(TaskCompletionSource<T> call, Task<T> served)
    {
        if (served.IsCompletedSuccessfully)
        {
            call.TrySetResult(served.Result);
        }
        else
        {
            call.TrySetException(served.Exception!.InnerException!);
        }
    }

    private void Send<T>(Node from, Node to, T message, Action<T> arrived)
    {
        Sent();
        if (!timeline.Draws(conditions.WrittenLater))
        {
            Carry(from, to, Copy(message), arrived);
        }
        else if (timeline.Draws(conditions.Congested))
        {
            timeline.After(timeline.Between(0, 4 * conditions.Detour), from.Process, () => Write(from, to, message, arrived));
        }
        else
        {
            timeline.After(WriteLatest * timeline.Random.NextDouble(), from.Process, () => Write(from, to, message, arrived));
        }
    }

    /// <summary>
    /// Serializes a message. It waits while the other end of the connection takes nothing.
    /// </summary>
    private void Write<T>(Node from, Node to, T message, Action<T> arrived)
    {
        if (to.Process.IsStopped || Cut.Contains((from.Name, to.Name)))
        {
            timeline.After(Retransmission, from.Process, () => Write(from, to, message, arrived));
        }
        else
        {
            Carry(from, to, Copy(message), arrived);
        }
    }

    private void Carry<T>(Node from, Node to, T message, Action<T> arrived)
    {
        if (Cut.Contains((from.Name, to.Name)))
        {
            timeline.After(Retransmission, from.Process, () => Carry(from, to, message, arrived));
        }
        else if (!timeline.Draws(conditions.Lost))
        {
            timeline.After(conditions.Delay(timeline), to.Process, () => arrived(message));
        }
    }

    private static T Copy<T>(T message) => (T)Copy((object?)message)!;

    private static object? Copy(object? message) => message switch
    {
        StepRequest request => request with { Update = Copy(request.Update) },
        SliceRequest request => request with { Update = Copy(request.Update) },
        EvaluationRequest request => request with { Update = Copy(request.Update) },
        StateRequest request => request with { Update = Copy(request.Update) },
        InstallRequest request => request with { State = Copy(request.State) },
        StepUpdate update => update with { Gradient = Copy(update.Gradient) },
        StepReply reply => reply with { Nodes = [.. reply.Nodes.Select(node => node with { Gradient = Copy(node.Gradient) })] },
        SliceReply reply => reply with { Nodes = [.. reply.Nodes.Select(node => node with { Gradient = Copy(node.Gradient) })] },
        TrainingState state => state with { Parameters = Copy(state.Parameters), Slots = Copy(state.Slots), Average = state.Average is null ? null : Copy(state.Average) },
        ParameterVector vector => ParameterVector.CopyOf(vector.Span),
        RunHandover handover => handover with { Checkpoint = Copy(handover.Checkpoint) },
        Task<StepReply> { IsCompletedSuccessfully: true } reply => Task.FromResult(Copy(reply.Result)),
        Task<SliceReply> { IsCompletedSuccessfully: true } reply => Task.FromResult(Copy(reply.Result)),
        Task<TrainingState?> { IsCompletedSuccessfully: true } state => Task.FromResult(Copy(state.Result)),
        _ => message,
    };
}
