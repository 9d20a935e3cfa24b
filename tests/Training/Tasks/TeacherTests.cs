using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Tests.Training.Data;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Views;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Tasks;

/// <summary>Learning from the outputs of a trained model.</summary>
public sealed class TeacherTests : IDisposable
{
    private static readonly TrainingPlan Plan = new() { Model = "mlp-logits", Loss = "kl-divergence", Samples = 600, Epochs = 2, Workers = 2, Data = Digits.Synthetic.Shape };

    private readonly TemporaryFolder _folder = new();

    /// <summary>
    /// A student that starts with the weights of its teacher has nothing to learn.
    /// </summary>
    [Fact]
    public void The_loss_of_a_student_that_is_its_teacher_is_zero()
    {
        var path = Teacher("mlp-logits");
        var setup = TrainingSetup.Of(TeacherFile.Note(Plan, path));
        using var trainer = new PlainTrainer(setup, Digits.Synthetic, ModelWeights.Read(path, setup));

        Assert.Equal(0, trainer.TrainStep().LossSum, 1e-9);
    }

    [Fact]
    public void Outputs_of_the_teacher_do_not_depend_on_the_images_beside()
    {
        var setup = TrainingSetup.Of(TeacherFile.Note(Plan, Teacher("cnn")));
        var split = Digits.Synthetic.Train;
        var (one, other) = (setup.Objective.View(split, SceneKey.Training(1)), setup.Objective.View(split, SceneKey.Training(2)));

        Assert.Equal(one.Gather([8], 0).Target(0).ToArray(), other.Gather([1, 2, 8, 3], 4).Target(2).ToArray());
    }

    [Fact]
    public void A_student_learns()
    {
        var setup = TrainingSetup.Of(TeacherFile.Note(Plan, Teacher("mlp-logits")));
        using var trainer = new PlainTrainer(setup, Digits.Synthetic);
        var before = trainer.Evaluate().Sum(batch => batch.LossSum);

        trainer.Train();

        Assert.InRange(trainer.Evaluate().Sum(batch => batch.LossSum), 0, before / 2);
    }

    [Fact]
    public void Another_file_at_the_path_of_the_teacher_is_refused_and_so_is_none()
    {
        var path = Teacher("mlp-logits");
        var plan = TeacherFile.Note(Plan, path);
        File.WriteAllText(path, "something else");
        Assert.Contains("is not here as it was", Refusal(plan), StringComparison.Ordinal);

        File.Delete(path);
        Assert.Contains("is not here as it was", Refusal(plan), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cross-entropy", "cannot learn from a Teacher")]
    [InlineData("kl-divergence", "is for images of 1 x 14 x 14")]
    public void A_teacher_that_does_not_fit_is_refused(string loss, string sentence)
    {
        var plan = TeacherFile.Note(Plan with { Loss = loss }, Teacher("mlp-logits"));
        var data = loss == "kl-divergence" ? plan.Data.Resized(new(14, 14)) : plan.Data;

        Assert.Contains(sentence, Refusal(plan with { Data = data }), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static string Refusal(TrainingPlan plan) => Assert.Throws<InvalidInputException>(() => TrainingSetup.Of(plan)).Message;

    private string Teacher(string model)
    {
        var plan = new TrainingPlan { Model = model, Samples = 300, Epochs = 1, LearningRate = 0.1f };
        using var trainer = new PlainTrainer(plan, Digits.Synthetic);
        trainer.Train();
        ModelWeights.Write(_folder[$"{model}.safetensors"], TrainingSetup.Of(plan), trainer.State.Snapshot());
        return _folder[$"{model}.safetensors"];
    }
}
