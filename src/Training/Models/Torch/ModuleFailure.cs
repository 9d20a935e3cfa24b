using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Training.Models.Torch;

/// <summary>Turns a failure inside a user's module into a sentence for the user.</summary>
internal static class ModuleFailure
{
    /// <inheritdoc cref="Guard{T}" />
    public static void Run(string name, string where, Action work) => Guard(name, where, () =>
    {
        work();
        return true;
    });

    /// <summary>Runs a function of a user's module.</summary>
    /// <param name="name">Name of the model.</param>
    /// <param name="where">The function, such as <c>its constructor</c>.</param>
    /// <param name="work">The function.</param>
    /// <exception cref="InvalidInputException">The function fails.</exception>
    public static T Guard<T>(string name, string where, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception failure) when (failure is not InvalidInputException)
        {
            // libtorch appends its call stack after the first line.
            var reason = failure.Message.Split('\n', 2)[0].Trim().TrimEnd('.');
            var advice = IsOutOfMemory(failure)
                ? "correct the module, or give this machine more memory"
                : "correct the module";
            throw new InvalidInputException($"The model {name} failed in {where} ({Printable.Of(reason, Printable.Sentence)}): {advice}.", failure);
        }
    }

    /// <summary>libtorch reports missing memory as a general failure with this text.</summary>
    private static bool IsOutOfMemory(Exception failure) =>
        failure is OutOfMemoryException || failure.Message.Contains("allocate memory", StringComparison.Ordinal);

    /// <summary>The refusal of a module whose bytes depend on more than its inputs.</summary>
    /// <param name="name">Name of the model.</param>
    /// <param name="fault">What the module does, and what the user can do instead.</param>
    public static InvalidInputException Impure(string name, string fault) =>
        new($"The model {name} {fault}. Otherwise no two silos would compute the same bytes.");
}
