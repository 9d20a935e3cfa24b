using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Terminal;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>A file that only one process has open for writing at a time.</summary>
internal static class FolderLock
{
    // What the systems say of a file that another process has locked: EWOULDBLOCK, and
    // ERROR_SHARING_VIOLATION.
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;
    private const int WindowsSharingViolation = unchecked((int)0x80070020);

    private static readonly TimeSpan LockPollInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until the file is free and takes it.</summary>
    /// <param name="path">The file; made when it is not there.</param>
    /// <param name="waiting">What the command does meanwhile, as the user is told.</param>
    /// <param name="cancellation">Gives up waiting.</param>
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
