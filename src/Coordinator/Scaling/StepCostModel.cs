namespace Mnist.Distributed.Coordinator.Scaling;

/// <summary>
/// Predicts the time of a step from the costs of its parts. Every silo has one link, and one
/// processor that writes and reads its messages one after the other. A message takes, in this
/// order, its sender's processor, the sender's link, the latency, the receiver's link and the
/// receiver's processor. Tests compare the predictions with a simulation in which the step protocol
/// itself runs over such links.
/// </summary>
/// <param name="link">The network.</param>
/// <param name="message">The cost of messages.</param>
/// <param name="compute">The cost of the arithmetic.</param>
/// <param name="vectorBytes">Bytes of the model's vector.</param>
public sealed class StepCostModel(LinkSpeed link, MessageCost message, ComputeCost compute, long vectorBytes)
{
    /// <summary>Predicts the cost of a step.</summary>
    /// <param name="shape">The shape of the cluster.</param>
    /// <param name="batch">Samples of the step, over all workers.</param>
    public StepCost Of(ClusterShape shape, int batch)
    {
        var samples = Math.Ceiling((double)batch / shape.Workers);
        var gradient = compute.StepSeconds + (samples * compute.SampleSeconds);
        var own = compute.UpdateSeconds + gradient + ((shape.WorkersPerSilo - 1) * compute.AddSeconds);
        return shape.Silos == 1 ? new StepCost(own, 0, 0, 0, 0)
            : shape.Slices == 1 ? Direct(shape, own)
            : Sliced(shape, own);
    }

    /// <summary>
    /// Without slices: whole vectors go from the parameter server to every other silo and back. All
    /// silos wait for the processor and the link of the parameter server.
    /// </summary>
    private StepCost Direct(ClusterShape shape, double own)
    {
        var others = shape.Silos - 1;
        var processor = message.Of(vectorBytes);
        var wire = Wire(vectorBytes);
        var pace = Math.Max(processor, wire);
        var hop = Math.Min(processor, wire) + link.LatencySeconds + processor;
        var answer = own + processor + wire + link.LatencySeconds;
        var first = pace + hop + answer;
        var last = (others * pace) + hop + answer;
        var linkDone = first + ((others - 1) * wire) + processor;
        var processorDone = Math.Max(first, others * processor) + (others * processor);
        var end = Math.Max(last + processor, Math.Max(linkDone, processorDone));
        return new StepCost(own + (others * compute.AddSeconds), end - own, 2 * others * wire, 2 * others * processor, 2 * link.LatencySeconds);
    }

    /// <summary>
    /// With slices: each slice goes down a tree of its own, and its sum comes up the same tree, at
    /// the same time as the other slices. The parameter server first sends all slices, and at the
    /// end receives all of them. At each level between, a slice waits for the slices that its silo
    /// passes on before it: those of the same tree, and those of other trees that have the same
    /// silo. The constants, which say how much of this overlaps, are fitted to the simulation.
    /// </summary>
    private StepCost Sliced(ClusterShape shape, double own)
    {
        const double Spread = 1.25, Passed = 0.8, Met = 0.25, ProcessorShare = 1.25;
        var slices = Math.Min(shape.Slices, shape.Silos);
        var (depth, passes) = Tree(shape.Silos, shape.FanOut);
        var bytes = ((double)vectorBytes / slices) + (MessageCost.SiloBytes * (double)shape.Silos / shape.FanOut);
        var processor = message.Of(bytes);
        var wire = Wire(bytes);
        var pace = Math.Max(processor, wire);
        var hop = Math.Min(processor, wire) + link.LatencySeconds + processor;
        var spread = Spread * (slices - 1) * Math.Max(wire, ProcessorShare * processor);
        var path = passes * (Passed + (Met * (depth - 1)));
        var exchange = 2 * (spread + (path * pace) + ((depth + 1) * hop));
        var sums = passes * compute.AddSeconds / slices;
        var waits = (Spread * (slices - 1)) + path + depth + 1;
        return new StepCost(own + sums, exchange, 2 * waits * wire, 2 * waits * processor, 2 * (depth + 1) * link.LatencySeconds);
    }

    /// <summary>
    /// The number of levels below the root of a slice's tree, and the number of silos to which the
    /// root passes on the slice.
    /// </summary>
    private static (int Depth, int Passes) Tree(int silos, int fanOut)
    {
        var (depth, passes) = (0, 0);
        while (silos > 1)
        {
            var parts = Math.Min(fanOut, silos);
            passes += parts - 1;
            silos = (silos + parts - 1) / parts;
            depth++;
        }

        return (depth, passes);
    }

    private double Wire(double bytes) => (MessageCost.EnvelopeBytes + bytes) / link.BytesPerSecond;
}
