using System.Reflection;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Commands;
using Mnist.Distributed.Hosting.Border;
using Mnist.Distributed.Training.Assemblies;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Files;

namespace Mnist.Distributed.Coordinator;

/// <summary>
/// The whole command line of <c>mnist</c> as one line of a program of your own, with models of your
/// own beside those of the project.
/// </summary>
/// <example>
/// <code>
/// return MnistHost.Run(args, models => models.Add("mine", (settings, shape) => new Mine(shape)));
/// </code>
/// </example>
public static class MnistHost
{
    /// <summary>Runs the command that the arguments name, and waits for its end.</summary>
    /// <inheritdoc cref="RunAsync" path="/param"/>
    /// <inheritdoc cref="RunAsync" path="/returns"/>
    public static int Run(string[] arguments, Action<CatalogueBuilder> register) => RunAsync(arguments, register).GetAwaiter().GetResult();

    /// <summary>
    /// Runs the command that the arguments name. It never throws: whatever goes wrong is a sentence
    /// on standard error and an exit code. Local clusters that it starts run the same program as
    /// their silos; there it is called with the command <c>silo</c>.
    /// </summary>
    /// <param name="arguments">The arguments of the program.</param>
    /// <param name="register">
    /// Adds models, and losses and optimizers if there are any. The SHA-256 of the program's
    /// assembly, and of those that it refers to, becomes part of each plan that uses them.
    /// </param>
    /// <returns>
    /// The exit code: 0 done, 1 failed, 2 refused before anything was done, 130 interrupted.
    /// </returns>
    public static Task<int> RunAsync(string[] arguments, Action<CatalogueBuilder> register)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(register);
        return new ProgramBorder("mnist").Run(() =>
        {
            PrivateFiles.Use();
            var assembly = Assembly.GetEntryAssembly() ?? register.Method.Module.Assembly;
            InvalidInputException.Require(
                assembly.Location.Length > 0 || Environment.ProcessPath is not null, "The file of this program is unknown: start it from a file.");
            var code = assembly.Location.Length > 0 ? CodeFile.Read(assembly.Location, runsAlready: true).Code : CodeFile.OfSingleFile(Environment.ProcessPath!);
            var catalogue = TrainingCatalogue.Standard.With(code, register);
            return MnistCommandLine.Run(arguments, catalogue, SiloProgram.Self(catalogue));
        });
    }
}
