using System.CommandLine;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Memory;
using Mnist.Distributed.Coordinator;
using Mnist.Distributed.Coordinator.Commands;

if (ProcessLimits.Refusal is { } refusal)
{
    Console.Error.WriteLine($"mnist: {refusal}");
    return ExitCode.WrongInput;
}

var root = new RootCommand("Trains small image classifiers on a cluster of Orleans silos; the result does not depend on the cluster.")
{
    TrainCommand.Create(),
    EvaluateCommand.Create(),
    ClusterCommand.Create(),
    RunsCommand.Create(),
    VerifyCommand.Create(),
    ChaosCommand.Create(),
    DataCommand.Create(),
    PlanCommand.Create(),
};

var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors)
    {
        Console.Error.WriteLine($"mnist: {error.Message}");
    }

    Console.Error.WriteLine("mnist: --help after a command shows its options and examples.");
    return ExitCode.WrongInput;
}

try
{
    // Interrupts are the commands' own business: a run is to stop after a whole step.
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (InvalidInputException wrong)
{
    Console.Error.WriteLine($"mnist: {wrong.Message}");
    return ExitCode.WrongInput;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("mnist: interrupted.");
    return ExitCode.Interrupted;
}
catch (Exception failure) when (failure is OrleansException or TimeoutException)
{
    Console.Error.WriteLine($"mnist: the cluster does not answer ({failure.Message.TrimEnd('.')}): 'mnist cluster status' tells which silos are there.");
    return ExitCode.Failed;
}
catch (Exception failure)
{
    Console.Error.WriteLine($"mnist: this should not have happened: {failure}");
    return ExitCode.Failed;
}
