using System.Security.Cryptography;
using System.Text;
using Mnist.Distributed.Training.Files;

namespace Mnist.Distributed.Hosting.Stores;

/// <summary>
/// Folders of sockets in the user's state folder, for clusters whose store is a server.
/// </summary>
internal static class UserSockets
{
    private const int NameBytes = 8;

    /// <summary>
    /// The folder of a cluster. The name of a cluster need not be the name of a folder, so the
    /// folder is named by a hash. Clusters of one name in two stores share the folder, in which
    /// each socket has a name of its own.
    /// </summary>
    /// <param name="cluster">The name of the cluster.</param>
    public static string Folder(string cluster) =>
        Path.Combine(UserFolders.State, "sockets", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(cluster)).AsSpan(0, NameBytes)));
}
