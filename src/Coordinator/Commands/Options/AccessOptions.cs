using System.CommandLine;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Hosting.Stores;

namespace Mnist.Distributed.Coordinator.Commands.Options;

/// <summary>The options of a command that can reach a cluster on other machines.</summary>
internal sealed class AccessOptions
{
    private readonly Option<string?> _store = OptionKind.OptionalText(
        "--store", "STORE", $"Where the cluster keeps its membership: {StoreName.Forms}. Default: ${ClusterAccess.StoreVariable}, then a local cluster.").GivesAccess(ClusterAccess.StoreVariable, isSecret: true).In(OptionGroup.Place);

    private readonly Option<string?> _gateways = OptionKind.OptionalText(
        "--gateways", "HOST:PORT", $"Silos of the cluster that take clients, separated by commas; replaces the store, so you need no password of it. Default: ${ClusterAccess.GatewaysVariable}.").GivesAccess(ClusterAccess.GatewaysVariable).In(OptionGroup.Place);

    private readonly Option<string?> _identity = OptionKind.OptionalText(
        "--identity", "DIR", $"Folder with your certificate for a cluster on several machines. Default: ${ClusterAccess.IdentityVariable}, then none.").Takes(ValueKind.Folder).GivesAccess(ClusterAccess.IdentityVariable).In(OptionGroup.Place);

    private readonly Option<bool> _insecure = OptionKind.Flag("--insecure", "Use a cluster that lets everybody in and encrypts nothing.").GivesAccess().In(OptionGroup.Place);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_store);
        command.Add(_gateways);
        command.Add(_identity);
        command.Add(_insecure);
    }

    /// <summary>Reads the options.</summary>
    public ClusterAccess Read(ParseResult parsed) => new(parsed.TypedValue(_store), parsed.TypedValue(_gateways), parsed.TypedValue(_identity), parsed.GetValue(_insecure))
    {
        UsualStore = parsed.GetValue(_store),
        UsualGateways = parsed.GetValue(_gateways),
        UsualIdentity = parsed.GetValue(_identity),
        IsTyped = ((Option[])[_store, _gateways, _identity, _insecure]).Any(parsed.IsTyped),
    };
}
