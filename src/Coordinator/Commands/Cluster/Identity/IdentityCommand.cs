using System.CommandLine;
using System.Globalization;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Hosting.Identity;
using Mnist.Distributed.Training.Files;

namespace Mnist.Distributed.Coordinator.Commands.Cluster.Identity;

/// <summary>
/// <c>mnist cluster identity</c>: makes the authority of a cluster, and issues and revokes its
/// certificates.
/// </summary>
internal static class IdentityCommand
{
    private const string Examples = """
        Makes the certificates of a cluster on several machines: an authority, and an identity for each silo and each person.

        Examples:
          mnist cluster identity create --cluster demo
          mnist cluster identity issue --cluster demo --for node-1 --out node-1      copy the folder node-1 to that machine
          mnist cluster identity issue --cluster demo --for kim --role observer --out kim
          mnist cluster identity revoke --cluster demo --for kim                     then copy ca.crl to every silo
          mnist cluster identity rotate --cluster demo                               then copy ca.crt, issue all again, rotate --finish
          mnist cluster identity list --cluster demo
        """;

    private const int UsualDays = 365;
    private const int MostDays = 3650;

    /// <summary>The command.</summary>
    public static Command Create() => new("identity", Examples) { Make(), Issue(), Revoke(), Rotate(), List() };

    private static Command Make()
    {
        var place = new AuthorityOptions();
        var command = new Command("create", "Makes the authority of a cluster.");
        place.AddTo(command);
        command.SetAction(parsed =>
        {
            using var authority = ClusterAuthority.Create(place.Folder(parsed), place.Cluster(parsed));
            Say(place.Json(parsed), new { authority.Cluster, authority.Folder }, $"The authority of cluster {authority.Cluster} is in {authority.Folder}: keep {authority.Folder} to yourself.");
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Issue()
    {
        var place = new AuthorityOptions();
        var holder = Holder();
        var role = OptionKind.Text("--role", "ROLE", "What the holder may do: silo (be a member), operator (start, resume and stop runs), observer (look).", "silo").Takes(ValueKind.OneOf("silo", "operator", "observer")).OnlyFromTheUser();
        var days = OptionKind.Number("--days", UsualDays, "How many days the certificate is valid.").Counts("days").OnlyFromTheUser();
        var output = SharedOptions.Output("Folder of the identity. Default: the name.");
        var command = new Command("issue", "Issues a certificate for a machine or a person.") { holder, role, days, output };
        place.AddTo(command);
        command.SetAction(parsed =>
        {
            var name = Name(parsed.GetValue(holder)!);
            InvalidInputException.Require(
                Enum.TryParse<ClusterRole>(parsed.GetValue(role), ignoreCase: true, out var granted) && Enum.IsDefined(granted) && !char.IsDigit(parsed.GetValue(role)![0]),
                $"--role must be silo, operator or observer, but is '{Printable.Of(parsed.GetValue(role)!)}'.");
            InvalidInputException.Require(parsed.GetValue(days) is >= 1 and <= MostDays, $"--days must be from 1 to {MostDays}, but is {parsed.GetValue(days)}.");
            var folder = Path.GetFullPath(parsed.GetValue(output) ?? name);
            InvalidInputException.Require(!ClusterAuthority.Exists(folder), $"{folder} is the folder of an authority: name another one with --out.");
            using var authority = ClusterAuthority.Open(place.Folder(parsed));
            using var issued = authority.Issue(name, granted, TimeSpan.FromDays(parsed.GetValue(days)), folder);
            Say(
                place.Json(parsed),
                new { authority.Cluster, Name = name, Role = CertificateSubject.NameOf(granted), Folder = folder, Serial = issued.SerialNumber, Until = Until(issued.NotAfter) },
                $"{folder} holds the identity of {CertificateSubject.NameOf(granted)} {name}, valid until {Until(issued.NotAfter)}: give it with "
                + (granted == ClusterRole.Silo ? "--Silo:Identity." : "--identity."));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Revoke()
    {
        var place = new AuthorityOptions();
        var holder = Holder();
        var command = new Command("revoke", "Revokes all certificates of a machine or a person.") { holder };
        place.AddTo(command);
        command.SetAction(parsed =>
        {
            var name = Name(parsed.GetValue(holder)!);
            using var authority = ClusterAuthority.Open(place.Folder(parsed));
            var revoked = authority.Revoke(name);
            InvalidInputException.Require(revoked > 0, $"{name} has no certificate of cluster {authority.Cluster} that could be revoked: 'mnist cluster identity list' shows those there are.");
            var list = Path.Combine(authority.Folder, IdentityFiles.Revoked);
            Say(
                place.Json(parsed),
                new { authority.Cluster, Name = name, Revoked = revoked, List = list },
                $"{Quantity.Of(revoked, "certificate")} of {name} revoked: copy {list} into the identity of every silo; a silo reads it within a second.");
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Rotate()
    {
        var place = new AuthorityOptions();
        var finish = OptionKind.Flag("--finish", "Trust the new authority only.").OnlyFromTheUser();
        var command = new Command("rotate", "Replaces the authority while the cluster runs: both are trusted until --finish.") { finish };
        place.AddTo(command);
        command.SetAction(parsed =>
        {
            using var before = ClusterAuthority.Open(place.Folder(parsed));
            using var authority = parsed.GetValue(finish) ? before.Finish() : before.Rotate();
            var trusted = Path.Combine(authority.Folder, IdentityFiles.Authorities);
            Say(
                place.Json(parsed),
                new { authority.Cluster, authority.Folder, authority.IsRotating },
                authority.IsRotating
                    ? $"Cluster {authority.Cluster} has a new authority, and the old one is trusted too: copy {trusted} into every identity, then issue every certificate again, then 'rotate --finish'."
                    : $"Cluster {authority.Cluster} trusts the new authority only: copy {trusted} into every identity.");
            return ExitCode.Done;
        });
        return command;
    }

    private static Command List()
    {
        var place = new AuthorityOptions();
        var command = new Command("list", "Lists the certificates of a cluster, the newest first.");
        place.AddTo(command);
        command.SetAction(parsed =>
        {
            using var authority = ClusterAuthority.Open(place.Folder(parsed));
            var issued = authority.Issued();
            if (place.Json(parsed))
            {
                foreach (var one in issued)
                {
                    Json.Print(new { one.Subject.Name, Role = RoleOf(one), State = StateOf(one), Until = Until(one.Certificate.NotAfter), Serial = one.Certificate.SerialNumber });
                }
            }
            else if (issued.Count == 0)
            {
                Console.WriteLine($"Cluster {authority.Cluster} has no certificates: 'mnist cluster identity issue' makes one.");
            }
            else
            {
                TextTable.Print(["name", "role", "state", "until"], issued.Select(one => (string[])
                    [Printable.Of(one.Subject.Name), RoleOf(one), StateOf(one), Until(one.Certificate.NotAfter)]));
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Option<string> Holder()
    {
        var holder = OptionKind.Text("--for", "NAME", "The machine or the person.", "").OnlyFromTheUser();
        holder.Required = true;
        return holder;
    }

    private static string Name(string text) => text.Length is > 0 and <= 64 && Printable.Is(text) && text.All(letter => char.IsAsciiLetterOrDigit(letter) || "-_.@".Contains(letter))
        ? text
        : throw new InvalidInputException($"--for '{Printable.Of(text)}' names nobody: use up to 64 letters, digits, '-', '_', '.' and '@'.");

    private static string RoleOf(IssuedCertificate issued) => issued.Subject.Role is { } role ? CertificateSubject.NameOf(role) : "-";

    private static string StateOf(IssuedCertificate issued) => issued.IsRevoked ? "revoked" : issued.Certificate.NotAfter < DateTime.Now ? "expired" : "valid";

    private static string Until(DateTime end) => end.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static void Say(bool json, object values, string sentence)
    {
        if (json)
        {
            Json.Print(values);
        }
        else
        {
            Console.WriteLine(sentence);
        }
    }

    /// <summary>The options of every command about an authority.</summary>
    private sealed class AuthorityOptions
    {
        private readonly Option<string> _cluster = SharedOptions.Cluster();
        private readonly Option<string?> _folder = OptionKind.OptionalText("--authority", "DIR", "Folder of the authority. Default: one for the cluster in your state folder.").Takes(ValueKind.Folder).OnlyFromTheUser();
        private readonly Option<bool> _json = SharedOptions.Json();

        public void AddTo(Command command)
        {
            command.Add(_cluster);
            command.Add(_folder);
            command.Add(_json);
        }

        public string Cluster(ParseResult parsed) => parsed.GetValue(_cluster)!;

        public bool Json(ParseResult parsed) => parsed.GetValue(_json);

        public string Folder(ParseResult parsed) => Path.GetFullPath(
            parsed.GetValue(_folder) ?? Path.Combine(UserFolders.State, "authorities", Clusters.ClusterName.IsValid(Cluster(parsed))
                ? Cluster(parsed)
                : throw new InvalidInputException($"'{Printable.Of(Cluster(parsed))}' cannot name a folder: give one with --authority.")));
    }
}
