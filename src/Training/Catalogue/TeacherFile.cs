using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Files;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.Tasks;
using Mnist.Distributed.Training.Weights;

namespace Mnist.Distributed.Training.Catalogue;

/// <summary>The file of weights from which the teacher of a plan is read.</summary>
public static class TeacherFile
{
    /// <summary>Notes a teacher in a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="path">The teacher's file of weights.</param>
    /// <returns>The plan with the full path and the SHA-256 of the file.</returns>
    /// <exception cref="InvalidInputException">The file cannot be read.</exception>
    public static TrainingPlan Note(TrainingPlan plan, string path) => plan with { Teacher = Path.GetFullPath(path), TeacherSha256 = FileDigest.Sha256(path) };

    /// <summary>Reads the teacher that a plan notes.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="catalogue">Knows the teacher's model.</param>
    /// <exception cref="InvalidInputException">
    /// The file is not here or another one, or the teacher does not fit the plan.
    /// </exception>
    internal static Teacher Read(TrainingPlan plan, TrainingCatalogue catalogue)
    {
        InvalidInputException.Require(
            catalogue.Loss(plan.Loss).Taught is not null,
            $"The loss {plan.Loss} cannot learn from a Teacher: choose Loss {string.Join(" or ", catalogue.Losses.Where(loss => loss.Taught is not null).Select(loss => loss.Name))}, or leave out Teacher.",
            nameof(plan.Loss),
            nameof(plan.Teacher));
        var path = plan.Teacher!;
        string? sha256;
        try
        {
            sha256 = FileDigest.Sha256(path);
        }
        catch (InvalidInputException)
        {
            // Everybody who can reach a silo may send a plan with any path. So the sentence is the
            // same for a file that is missing, unreadable or another one.
            sha256 = null;
        }

        InvalidInputException.Require(
            sha256 == plan.TeacherSha256,
            $"The teacher {Printable.Of(path)} is not here as it was when the run was started: put the same file there, on the machine of every silo.",
            nameof(plan.Teacher));
        var taught = ModelWeights.Recognise(path, null, catalogue);
        InvalidInputException.Require(
            taught.Task == ClassTask.Definition.Name && taught.Data.Fits(plan.Data),
            $"The teacher {Printable.Of(path)} was trained for {taught.Task} on images of {taught.Data.Sample} in {taught.Data.Classes.Count} classes, and the run is for images of {plan.Data.Sample} in {plan.Data.Classes.Count}: give a teacher for digits with that shape.",
            nameof(plan.Teacher));
        var setup = TrainingSetup.Of(taught with { Teacher = null, TeacherSha256 = null }, catalogue);
        return new Teacher(setup.Model, ExportedWeights.VectorOf(ModelWeights.Read(path, setup)));
    }
}
