using Mnist.Distributed.Contracts;
using Mnist.Distributed.Hosting.Identity;

namespace Mnist.Distributed.Hosting.Access;

/// <summary>
/// Stops a call in the client that a silo would refuse. A silo ends the connection of a client that
/// calls what it may not; here the user is told why.
/// </summary>
/// <param name="identity">The identity of the client.</param>
internal sealed class OwnRoleFilter(IdentityWatch identity) : IOutgoingGrainCallFilter
{
    /// <inheritdoc />
    /// <exception cref="InvalidInputException">The role of the client is too low.</exception>
    public Task Invoke(IOutgoingGrainCallContext context)
    {
        var method = context.InterfaceMethod;
        if (Call.Of(method) is { } call && AccessTable.LeastRoleFor(call) is { } least
            && identity.Current.Subject.Role is { } role && role < least)
        {
            throw new InvalidInputException(
                $"Your certificate has the role {CertificateSubject.NameOf(role)}, but {method.Name} needs the role {CertificateSubject.NameOf(least)}: ask who runs the cluster for another one.");
        }

        return context.Invoke();
    }
}
