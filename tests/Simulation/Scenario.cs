using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Tests.Simulation.Faults;
using Mnist.Distributed.Tests.Training;

namespace Mnist.Distributed.Tests.Simulation;

/// <summary>The decisions that follow from a seed before the simulation starts.</summary>
internal sealed record Scenario
{
    /// <summary>The numerics of most silos.</summary>
    public const string Numerics = "build 1; avx2";

    /// <summary>Other numerics.</summary>
    public const string OtherNumerics = "build 1; avx512";

    private Scenario(int seed)
    {
        var random = new Random(seed);
        Seed = seed;
        Profile = ProfileOf(seed);
        Plan = new TrainingPlan
        {
            Workers = random.Next(1, 10),
            Epochs = random.Next(1, 4),
            BatchSize = 240,
            Samples = 240 * random.Next(1, 13),
            TestSamples = 240 * random.Next(1, 12),
            OptimizerSettings = PlanSettings.Sgd(random.Next(3) * 0.45f, random.Next(2) * 0.001f),
            Seed = seed,
        };
        Plan = WithUpdate(Plan, new Random(~seed));
        Options = new RunOptions
        {
            CheckpointEvery = random.Next(6),
            HashEvery = random.Next(3),
            Slices = Math.Max(1, random.Next(-2, 5)),
            FanOut = 2 << random.Next(2),
        };
        Silos = random.Next(1, 7);
        StartsFromWeights = random.Next(5) == 0;
        IsWatched = random.Next(2) == 0;
        MembershipLag = random.Next(2) == 0 ? 0.1 : 3;
        IsSettled = random.Next(3) > 0 || Profile is Profile.Calm or Profile.Refusal;
        HasTalkingDead = random.Next(2) == 0;
        if (random.Next(2) == 0)
        {
            Plan = Plan with
            {
                Epochs = random.Next(2, 7),
                Patience = random.Next(4),
                Target = random.Next(3) == 0 ? random.Next(8, 16) / 16.0 : null,
            };
        }

        Options = Options with { Keep = random.Next(2) == 0 ? KeptEpoch.Last : KeptEpoch.Best };
    }

    /// <summary>The seed.</summary>
    public int Seed { get; }

    /// <summary>The kinds of faults.</summary>
    public Profile Profile { get; }

    /// <summary>The plan of the run.</summary>
    public TrainingPlan Plan { get; }

    /// <summary>The options of the run.</summary>
    public RunOptions Options { get; }

    /// <summary>Silos at the start.</summary>
    public int Silos { get; }

    /// <summary>Whether the run starts from a given state.</summary>
    public bool StartsFromWeights { get; }

    /// <summary>Whether somebody watches the run. If not, the run must go on by itself.</summary>
    public bool IsWatched { get; }

    /// <summary>How long nodes may take to learn of a change in the cluster, in seconds.</summary>
    public double MembershipLag { get; }

    /// <summary>Whether the silos know each other when the run is started.</summary>
    public bool IsSettled { get; }

    /// <summary>
    /// Whether a silo that was declared dead while it was stopped can still send messages for a
    /// moment when it goes on.
    /// </summary>
    public bool HasTalkingDead { get; }

    /// <summary>
    /// In every third scenario, moments, clipping, schedule and average are part of the run. The
    /// decisions have a generator of their own, so that a seed decides the rest as before.
    /// </summary>
    private static TrainingPlan WithUpdate(TrainingPlan plan, Random random) => random.Next(3) > 0 ? plan : plan with
    {
        Optimizer = random.Next(2) == 0 ? "adam" : "rmsprop",
        OptimizerSettings = Settings.Empty,
        Schedule = random.Next(2) == 0 ? "one-cycle" : "cosine",
        WarmupSteps = random.Next((int)plan.TotalSteps),
        ClipValue = random.Next(2) == 0 ? null : 0.01f,
        ClipNorm = random.Next(2) == 0 ? null : 0.05f,
        Ema = random.Next(2) == 0 ? null : 0.9,
    };

    /// <summary>The scenario of a seed.</summary>
    public static Scenario Of(int seed) => new(seed);

    /// <summary>The profile of a seed.</summary>
    public static Profile ProfileOf(int seed) => (Profile)(seed % Enum.GetValues<Profile>().Length);
}
