using System.Numerics;

namespace Mnist.Distributed.Training.Randomness;

/// <summary>What a random sequence is drawn for; the first part of its key.</summary>
public enum RandomPurpose : ulong
{
    /// <summary>Initial weights; keyed further by segment.</summary>
    InitialWeights = 1,

    /// <summary>Order of a shard's samples; keyed further by epoch and worker.</summary>
    EpochOrder = 2,

    /// <summary>Dropout mask; keyed further by step and worker.</summary>
    Dropout = 3,
}

/// <summary>
/// A generator whose sequence depends only on its key, so that any process at any time draws the same numbers.
/// xoshiro256** (Blackman and Vigna, 2018), seeded by folding the key with SplitMix64.
/// </summary>
public struct KeyedRandom
{
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    /// <summary>Creates the generator of one key.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="purpose">What the numbers are for.</param>
    /// <param name="first">First further part of the key.</param>
    /// <param name="second">Second further part of the key.</param>
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

    /// <summary>64 random bits.</summary>
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

    /// <summary>A multiple of 2^-24 in [0, 1).</summary>
    public float NextSingle() => (NextBits() >> 40) * (1f / (1 << 24));

    /// <summary>An integer in [0, <paramref name="bound"/>), without bias (Lemire, 2019).</summary>
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
