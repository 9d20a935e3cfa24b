using Xunit;

namespace Mnist.Distributed.Tests;

/// <summary>Tests that measure the whole process. No other test runs at the same time.</summary>
[CollectionDefinition(nameof(AloneInTheProcess), DisableParallelization = true)]
public sealed class AloneInTheProcess;
