using System.Numerics;

namespace Mnist.Distributed.Training.Randomness;

/// <summary>The purpose of a random sequence; the first part of its key.</summary>
public enum RandomPurpose : ulong
{
    /// <summary>Initial weights. The key also has the segment.</summary>
    InitialWeights = 1,

    /// <summary>Order of a shard's samples. The key also has the epoch and the worker.</summary>
    EpochOrder = 2,

    /// <summary>Dropout mask. The key also has the step and the worker.</summary>
    Dropout = 3,

    /// <summary>Images with which a module is probed.</summary>
    Probe = 4,

    /// <summary>
    /// Scene of a training sample. The key also has the sample's index; for triplets, the index and
    /// the epoch.
    /// </summary>
    TrainingScene = 5,

    /// <summary>Scene of a test sample. The key also has the sample's index.</summary>
    TestScene = 6,

    /// <summary>
    /// Values of the options of a sweep. The seed is that of the sweep, and the key also has the
    /// number of the draw.
    /// </summary>
    Sweep = 7,
}

/// <summary>
/// A random generator whose sequence depends only on its key, so that any process draws the same
/// numbers at any time. Source: xoshiro256** (Blackman and Vigna, 2018). SplitMix64 folds the key
/// into the seed.
/// </summary>
public struct KeyedRandom
{
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    /// <summary>Creates the generator of a key.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="purpose">The purpose of the numbers.</param>
    /// <param name="first">The next part of the key; its meaning depends on the purpose.</param>
    /// <param name="second">The last part of the key; its meaning depends on the purpose.</param>
    public KeyedRandom(long seed, RandomPurpose purpose, long first, long second = 0)
    {
        ReadOnlySpan<ulong> key = [(ulong)seed, (ulong)purpose, (ulong)first, (ulong)second];
        var state = 0UL;
        foreach (var part in key)
        {
            state = Mix(state ^ part);
        }

        _s0 = state = Mix(state);
        _s1 = state = Mix(state);
        _s2 = state = Mix(state);
        _s3 = Mix(state);
    }

    /// <summary>Draws 64 random bits.</summary>
    public ulong NextBits()
    {
        var result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        var t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>Draws a multiple of 2^-24 in [0, 1), uniformly.</summary>
    public float NextSingle() => (NextBits() >> 40) * (1f / (1 << 24));

    /// <summary>
    /// Draws an integer in [0, <paramref name="bound"/>), uniformly and without bias (Lemire,
    /// 2019).
    /// </summary>
    public int NextInt32(int bound)
    {
        var product = (NextBits() >> 32) * (ulong)bound;
        if ((uint)product < (uint)bound)
        {
            var threshold = (uint)-bound % (uint)bound;
            while ((uint)product < threshold)
            {
                product = (NextBits() >> 32) * (ulong)bound;
            }
        }

        return (int)(product >> 32);
    }

    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15UL;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
