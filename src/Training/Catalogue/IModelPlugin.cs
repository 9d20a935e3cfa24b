namespace Mnist.Distributed.Training.Catalogue;

/// <summary>
/// The way in for models in an assembly of their own, which <c>--models-from FILE.dll</c> names.
/// The assembly has one public class with this interface and a constructor without parameters.
/// </summary>
public interface IModelPlugin
{
    /// <summary>
    /// Adds the models of the assembly, and its losses and optimizers if it has any. It is called
    /// once in each process.
    /// </summary>
    /// <param name="models">Receives them.</param>
    void Register(CatalogueBuilder models);
}
