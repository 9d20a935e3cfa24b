using System.Globalization;
using System.Text.RegularExpressions;
using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Coordinator.Commands.Chaos.Faults;

/// <summary>One fault that a chaos run makes while the cluster trains.</summary>
/// <param name="Kind">The kind of fault.</param>
/// <param name="Target">
/// The silo it hits: <c>run</c> (the one that drives the run), <c>server</c> (the one with the
/// run's parameter server), <c>other</c> (one that only has workers) or <c>silo N</c> (the N-th that is
/// alive); empty for a fault that hits no single silo.
/// </param>
/// <param name="Seconds">How long it lasts; 0 for a fault that does not last.</param>
/// <param name="Step">It is made as soon as so many steps are committed.</param>
internal sealed record Fault(FaultKind Kind, string Target, double Seconds, long Step)
{
    private static readonly Regex Form = new(
        $@"^(?<kind>{string.Join('|', FaultKinds.All.Select(kind => Regex.Escape(kind.Name)))})"
        + @"(\((?<target>run|server|other|silo [1-9]\d?)(, (?<seconds>\d{1,3}(\.\d+)?) s)?\))? at step (?<step>\d{1,12})$",
        RegexOptions.CultureInvariant);

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <exception cref="InvalidInputException">The text is not a fault.</exception>
    public static Fault Parse(string text)
    {
        var match = Form.Match(text.Trim());
        if (match.Success)
        {
            var kind = FaultKinds.All.First(known => known.Name == match.Groups["kind"].Value);
            var seconds = match.Groups["seconds"] is { Success: true } given ? double.Parse(given.Value, CultureInfo.InvariantCulture) : 0;
            var fault = new Fault(kind, match.Groups["target"].Value, seconds, long.Parse(match.Groups["step"].Value, CultureInfo.InvariantCulture));
            if (kind.HasTarget == fault.Target.Length > 0 && kind.Lasts == seconds > 0)
            {
                return fault;
            }
        }

        throw new InvalidInputException(
            $"'{text.Trim()}' is not a fault: write, for example, 'kill(server) at step 500', 'stop(silo 2, 3 s) at step 600', 'slow(other, 2 s) at step 600', "
            + "'leave(run) at step 700', 'add at step 800' or 'power cut at step 900'.");
    }

    /// <inheritdoc />
    public override string ToString()
    {
        var arguments = Kind.Lasts ? string.Create(CultureInfo.InvariantCulture, $"({Target}, {Seconds} s)") : Kind.HasTarget ? $"({Target})" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{Kind.Name}{arguments} at step {Step}");
    }
}
