using Mnist.Distributed.Hosting.Identity;
using Mnist.Distributed.Tests.Training.Files;

namespace Mnist.Distributed.Tests.Hosting.Identity;

/// <summary>An authority of one test, and identities of it.</summary>
internal sealed class Identities : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<IDisposable> _open = [];

    public Identities(string cluster = "c", TimeProvider? time = null) => Authority = ClusterAuthority.Create(_folder["authority"], cluster, time);

    /// <summary>The authority; a test that rotates it puts the new one here.</summary>
    public ClusterAuthority Authority { get; set; }

    /// <summary>The folder of an identity.</summary>
    public string Folder(string name) => _folder[name];

    /// <summary>Issues an identity and reads it.</summary>
    /// <param name="name">The holder.</param>
    /// <param name="role">Its role.</param>
    /// <param name="life">How long it is valid; null for a day.</param>
    /// <param name="time">The holder's clock; null for the system's.</param>
    public IdentityWatch Issue(string name, ClusterRole role, TimeSpan? life = null, TimeProvider? time = null)
    {
        using var issued = Authority.Issue(name, role, life ?? TimeSpan.FromDays(1), Folder(name));
        var watch = new IdentityWatch(Folder(name), time);
        _open.Add(watch);
        return watch;
    }

    public void Dispose()
    {
        _open.ForEach(open => open.Dispose());
        Authority.Dispose();
        _folder.Dispose();
    }
}
