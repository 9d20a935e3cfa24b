using Mnist.Distributed.Training.Catalogue;

namespace OwnModel;

/// <summary>
/// The models of this assembly. As a public class with this interface it is also the way in for
/// <c>mnist train --models-from OwnModel.dll</c>.
/// </summary>
public sealed class OwnModels : IModelPlugin
{
    /// <inheritdoc />
    public void Register(CatalogueBuilder models) => models.Add("mine", (settings, shape) => new Mine(shape));
}
