using System.Reflection;
using AppHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

// Three silos, a training run that is started by hand, and Aspire's dashboard with their state and
// their telemetry:
//
//   dotnet run --project deploy/AppHost
var builder = DistributedApplication.CreateBuilder(args);
builder.Services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning));
var store = Directory.CreateTempSubdirectory("mnist-apphost-");
var membership = new SiloMembership(Path.Combine(store.FullName, "cluster.db"));

var silos = Enumerable.Range(1, 3)
    .Select(number => builder.AddSilo($"silo-{number}", Program("Silo"), membership))
    .ToArray();
var train = builder.AddExecutable("train", "dotnet", Environment.CurrentDirectory, Program("Mnist"), "train", "--cluster", SiloMembership.Cluster, "--store", membership.Store, "--force", "--out", Path.Combine("runs", "apphost"))
    .WithOtlpExporter()
    .WithExplicitStart();
foreach (var silo in silos)
{
    train.WaitFor(silo);
}

try
{
    await builder.Build().RunAsync();
}
finally
{
    store.Delete(recursive: true);
}

static string Program(string name) => typeof(SiloMembership).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == name).Value!;
