using Mnist.Distributed.Hosting;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Silo;

/// <summary>
/// The version of a program, with the user's assemblies that it was started with.
/// </summary>
public static class OwnVersion
{
    /// <summary>The version of this project and, after it, each of these assemblies.</summary>
    /// <param name="catalogue">The catalogue that the program was started with.</param>
    public static string Of(TrainingCatalogue catalogue) => string.Join(", ", catalogue.Codes.Select(code => code.ToString()).Prepend(ProductVersion.Text));
}
