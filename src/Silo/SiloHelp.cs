using System.Globalization;
using System.Text;
using Mnist.Distributed.Grains.Telemetry;

namespace Mnist.Distributed.Silo;

/// <summary>The text that <c>mnist-silo --help</c> prints.</summary>
internal static class SiloHelp
{
    private const string Introduction = """
        mnist-silo: a silo that trains, one process of a cluster.

        Options, as arguments, as environment variables (Silo__Name) or in appsettings.json in the working folder:
        """;

    private const string Times = """

        Intervals and limits in milliseconds, whose defaults suit most clusters:
        """;

    private const string End = """

        --version prints the version.

        Traces, metrics and logs are sent by OTLP where OTEL_EXPORTER_OTLP_ENDPOINT is set.

        Examples:
          mnist-silo --Silo:Cluster demo --Silo:Name a --Silo:Store sqlite:$HOME/demo.db
          mnist-silo --Silo:Cluster demo --Silo:Store redis:db:6379 --Silo:Address 10.0.0.7 --Silo:Listen any
          Silo__Store='postgresql:Host=db;Username=mnist;Password=...;Database=mnist' mnist-silo --Silo:Cluster demo
        """;

    /// <summary>The options, generated from <see cref="SiloOptionTable"/>, and examples.</summary>
    public static string Text
    {
        get
        {
            var tracing = new TracingOptions();
            var help = new StringBuilder().AppendLine(Introduction);
            Append(help, [.. SiloOptionTable.Process.SelectMany(LinesOf),
                ("--Tracing:FirstSteps N", string.Create(CultureInfo.InvariantCulture, $"first steps of a run to trace ({tracing.FirstSteps})")),
                ("--Tracing:OneIn N", string.Create(CultureInfo.InvariantCulture, $"after those, trace one step in N; 0 traces none ({tracing.OneIn})"))]);
            help.AppendLine(Times);
            Append(help, [.. SiloOptionTable.Times.SelectMany(LinesOf)]);
            return help.Append(End).ToString();
        }
    }

    private static IEnumerable<(string Option, string Says)> LinesOf(SiloOption option) =>
    [
        ($"--{option.Key} {option.Form}", option.Default.Length > 0 ? $"{option.Help} ({option.Default})" : option.Help),
        .. option.Details.Select(detail => ("", detail)),
    ];

    private static void Append(StringBuilder help, IReadOnlyList<(string Option, string Says)> lines)
    {
        var width = lines.Max(line => line.Option.Length);
        foreach (var (option, says) in lines)
        {
            help.AppendLine($"  {option.PadRight(width)} {says}");
        }
    }
}
