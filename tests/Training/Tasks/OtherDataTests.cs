using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Tests.Training.Models.Shapes;
using Mnist.Distributed.Training;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Evaluation;
using Mnist.Distributed.Training.Reports;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Tasks;

/// <summary>Every task is made of data that are not those of MNIST.</summary>
public sealed class OtherDataTests
{
    private const int Images = 300;

    private static readonly Dictionary<string, DataSet> Drawn = new()
    {
        ["26 classes"] = DrawnData.Of(Recipe.Data with { Classes = ClassList.Numbered(26) }, Images),
        ["small and in colour"] = DrawnData.Of(new DataShape(new SampleShape(3, 20, 24), ClassList.Numbered(4), Recipe.Normalisation), Images),
    };

    public static TheoryData<string, string> Tasks => [.. TrainingCatalogue.Standard.Tasks.SelectMany(_ => Drawn.Keys, (task, name) => (task.Name, name))];

    /// <summary>
    /// The numbers of a report are those of the plain trainer's evaluation. The cnn takes the
    /// images of MNIST alone; its module takes others.
    /// </summary>
    [Theory]
    [MemberData(nameof(Tasks))]
    public void A_task_is_trained_tested_and_reported_or_its_model_is_refused(string task, string name)
    {
        var (catalogue, data) = (TrainingCatalogue.Standard, Drawn[name]);
        var loss = catalogue.Task(task).Loss;
        var plan = catalogue.Loss(loss).Uses.Single(use => use.Task == task).In(new TrainingPlan { Samples = 60, Data = data.Shape }, loss);
        if (plan.Model == "cnn" && data.Shape.Sample != Recipe.Sample)
        {
            var refused = plan;
            Assert.Equal(
                "The model cnn takes images of 1 x 28 x 28, but those of the data set are 3 x 20 x 24: choose another Model.",
                Assert.Throws<InvalidInputException>(() => TrainingSetup.Of(refused)).Message);
            plan = plan with { Model = "cnn-module" };
        }

        var setup = TrainingSetup.Of(plan);
        using var trainer = new PlainTrainer(setup, data);
        double[] steps = [trainer.TrainStep().Loss, trainer.TrainStep().Loss];
        var tested = new TestTotals(trainer.Evaluate());
        var report = TestReport.Of(setup, trainer.State.Snapshot(), data);

        Assert.All(Numbers(report).Concat(steps), number => Assert.True(double.IsFinite(number)));
        Assert.Equal(tested.Loss, report.Loss, 1e-9 * Math.Max(1, tested.Loss));
        Assert.Equal(tested.Metric, report.Metric, 1e-9);
        Assert.Equal(setup.Objective.Metrics, report.Metrics.Select(entry => entry.Metric));
        int? classified = setup.Task.AnswerNames.Count > 0 ? Images : null;
        Assert.Equal(classified, report.Classification?.Confusion.Sum(row => row.Sum()));
    }

    private static IEnumerable<double> Numbers(TestReport report) =>
    [
        report.Loss,
        .. report.Metrics.Select(entry => entry.Value),
        .. report.ByClass.Values,
        .. report.First.Concat(report.Worst).Select(sample => sample.Loss),
        .. report.Embeddings.SelectMany(point => new[] { point.X, point.Y }),
    ];
}
