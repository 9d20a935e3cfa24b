namespace Mnist.Distributed.Grains.Runs;

/// <summary>
/// Writes the state of a grain whose calls interleave. A grain must not write its state twice at
/// once.
/// </summary>
/// <param name="state">The state.</param>
/// <typeparam name="T">The state, which can say that it is damaged.</typeparam>
public sealed class StateWriter<T>(IPersistentState<T> state)
    where T : IDamageable
{
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Writes the state when the writes before have ended.</summary>
    public async Task Write()
    {
        await _turn.WaitAsync();
        try
        {
            await state.WriteStateAsync();
        }
        finally
        {
            _turn.Release();
        }
    }
}
