using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Grains.Telemetry;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// Measures a step: which silo answers when, and how many bytes travel. While it is off, it costs
/// nothing.
/// </summary>
/// <param name="time">The clock.</param>
public sealed class StepMeter(TimeProvider time)
{
    private readonly List<Answer> _answers = [];
    private bool _isOn;

    /// <summary>Bytes of the vectors of the step through shared memory.</summary>
    public Traffic Memory { get; private set; }

    /// <summary>Bytes of the vectors of the step through sockets.</summary>
    public Traffic Socket { get; private set; }

    /// <summary>Begins a step.</summary>
    /// <param name="isOn">Whether the step is measured.</param>
    public void Begin(bool isOn)
    {
        _isOn = isOn;
        _answers.Clear();
        (Memory, Socket) = (default, default);
    }

    /// <summary>Notes that a participant has been asked.</summary>
    /// <param name="participant">The participant.</param>
    /// <param name="numbers">Length of the vector that it was sent.</param>
    /// <param name="call">The call.</param>
    public void Asked(Participant participant, int numbers, Task call)
    {
        if (_isOn)
        {
            var answer = new Answer(participant, time.GetTimestamp());
            _answers.Add(answer);
            Count(participant, new Traffic(numbers * (long)sizeof(float), 0));
            call.ContinueWith(
                (_, noted) => ((Answer)noted!).At = time.GetTimestamp(), answer, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    /// <summary>Notes that the answer of a participant has been used.</summary>
    /// <param name="participant">The participant.</param>
    /// <param name="reply">The answer.</param>
    public void Answered(Participant participant, StepReply reply)
    {
        if (_isOn && _answers.FindLast(answer => answer.Participant == participant) is { } answer)
        {
            Use(answer, reply.Nodes, reply.Seconds);
        }
    }

    /// <summary>Notes that the answers of a step in slices have been used.</summary>
    /// <param name="slices">The answers, in the order in which they were asked for.</param>
    public void Answered(IReadOnlyList<SliceReply> slices)
    {
        if (_isOn)
        {
            var seconds = slices[0].Silos.ToDictionary(report => report.Share.Silo, report => report.Seconds);
            foreach (var (answer, slice) in _answers.Zip(slices))
            {
                Use(answer, slice.Nodes, seconds.GetValueOrDefault(answer.Participant.Silo));
            }
        }
    }

    /// <summary>The times of the step; null while the meter is off.</summary>
    /// <param name="gathered">Timestamp after the last answer.</param>
    /// <param name="summed">Timestamp after the sum was completed.</param>
    public StepTimes? Read(long gathered, long summed)
    {
        if (!_isOn)
        {
            return null;
        }

        var used = _answers.FindAll(answer => answer.Seconds is not null);
        foreach (var late in used.Where(answer => answer.At == 0))
        {
            // The call has ended, but what notes the time has not run yet.
            late.At = gathered;
        }

        var last = used.MaxBy(answer => answer.At);
        var first = used.MinBy(answer => answer.At);
        return new StepTimes(
            [.. used.Select(answer => new SiloAnswer(answer.Participant.Report.Name, Seconds(answer.Asked, answer.At)))],
            last?.Participant.Report.Name,
            Wait: last is null ? 0 : Seconds(first!.At, last.At),
            Compute: last?.Seconds ?? 0,
            Send: last is null ? 0 : Math.Max(0, Seconds(last.Asked, last.At) - last.Seconds!.Value),
            Sum: Seconds(gathered, summed),
            Commit: time.GetElapsedTime(summed).TotalSeconds,
            Memory,
            Socket);
    }

    private void Use(Answer answer, IReadOnlyList<GradientNode> nodes, double seconds)
    {
        answer.Seconds = seconds;
        Count(answer.Participant, new Traffic(0, nodes.Sum(node => node.Gradient.Length * (long)sizeof(float))));
    }

    private double Seconds(long start, long end) => time.GetElapsedTime(start, end).TotalSeconds;

    private void Count(Participant participant, Traffic more)
    {
        if (participant.SharesMemory)
        {
            Memory += more;
        }
        else if (!participant.IsLocal)
        {
            Socket += more;
        }
    }

    private sealed class Answer(Participant participant, long asked)
    {
        public long Asked => asked;

        public Participant Participant => participant;

        public long At { get; set; }

        public double? Seconds { get; set; }
    }
}
