using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace AppHost;

/// <summary>Adds silos to the application.</summary>
internal static class SiloResource
{
    /// <summary>
    /// Adds a silo that is healthy while it is a member of the cluster, with a command that kills
    /// its process.
    /// </summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">Name of the silo.</param>
    /// <param name="program">The assembly of <c>mnist-silo</c>.</param>
    /// <param name="membership">The members of the cluster.</param>
    public static IResourceBuilder<ExecutableResource> AddSilo(this IDistributedApplicationBuilder builder, string name, string program, SiloMembership membership)
    {
        builder.Services.AddHealthChecks().AddAsyncCheck(name, cancellation => membership.Check(name, cancellation));
        return builder.AddExecutable(name, "dotnet", Environment.CurrentDirectory, program, "--Silo:Cluster", SiloMembership.Cluster, "--Silo:Name", name, "--Silo:Store", membership.Store)
            .WithOtlpExporter()
            .WithHealthCheck(name)
            .WithCommand("kill", "Kill", Kill, new CommandOptions
            {
                Description = "Ends the process at once, as a fault would. Start the silo again with its start command.",
                IconName = "FlashOff",
                IsHighlighted = true,
                UpdateState = context => context.ResourceSnapshot.State?.Text == KnownResourceStates.Running ? ResourceCommandState.Enabled : ResourceCommandState.Disabled,
            });
    }

    private static Task<ExecuteCommandResult> Kill(ExecuteCommandContext context)
    {
        var states = context.Services.GetRequiredService<ResourceNotificationService>();
        if (!states.TryGetCurrentState(context.ResourceName, out var state)
            || state.Snapshot.Properties.FirstOrDefault(property => property.Name == "executable.pid")?.Value is not int pid)
        {
            return Task.FromResult(CommandResults.Failure("The silo has no process."));
        }

        try
        {
            Process.GetProcessById(pid).Kill();
            return Task.FromResult(CommandResults.Success());
        }
        catch (ArgumentException)
        {
            return Task.FromResult(CommandResults.Failure("The silo has ended by itself."));
        }
    }
}
