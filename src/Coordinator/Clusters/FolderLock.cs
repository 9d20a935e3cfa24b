using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Terminal;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>A lock: a file that only one process at a time can open for writing.</summary>
internal static class FolderLock
{
    // The errors for a file that another process has locked: EWOULDBLOCK on Linux and macOS,
    // ERROR_SHARING_VIOLATION on Windows.
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;
    private const int WindowsSharingViolation = unchecked((int)0x80070020);

    private static readonly TimeSpan LockPollInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until the lock is free, and takes it.</summary>
    /// <param name="path">The file; made if it does not exist.</param>
    /// <param name="waiting">What the user is told while the command waits.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The lock; released when disposed of.</returns>
    /// <exception cref="InvalidInputException">The file cannot be made.</exception>
    public static async Task<IDisposable> Take(string path, string waiting, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException taken) when (taken.HResult is LinuxWouldBlock or MacWouldBlock or WindowsSharingViolation)
            {
                SlowWork.Is(waiting);
                await Task.Delay(LockPollInterval, cancellation);
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                throw new InvalidInputException($"{path} cannot be written ({refused.Message.TrimEnd('.')}): make its folder writable, or set XDG_STATE_HOME to another one.", refused);
            }
        }
    }
}
