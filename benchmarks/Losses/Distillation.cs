using System.Globalization;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Losses;
using Mnist.Distributed.Training.Reports;

namespace Mnist.Distributed.Benchmarks.Losses;

/// <summary>
/// Distillation: the CNN teaches the MLP. The same MLP learns from the labels alone beside it, with
/// the same seeds.
/// </summary>
internal static class Distillation
{
    private const int TeachersEpochs = 5;
    private const int Seeds = 3;

    /// <summary>Trains, and describes the result as a part of the page.</summary>
    public static async Task<string> Train(DataSet data)
    {
        var loss = TrainingCatalogue.Standard.Losses.First(known => known.Taught is not null);
        var student = loss.Taught!;
        var teacher = LossRun.PlanOf("cross-entropy", new LossUse("digits", "cnn", 0.01f, TeachersEpochs), data);
        var path = Path.Combine(Path.GetTempPath(), $"teacher-{Guid.NewGuid():N}.safetensors");
        try
        {
            var knowing = await LossRun.Train(teacher, data);
            ModelWeights.Write(path, TrainingSetup.Of(teacher), knowing);
            var (alone, taught) = (new List<double>(), new List<double>());
            for (var seed = 0; seed < Seeds; seed++)
            {
                alone.Add(await Accuracy(LossRun.PlanOf("cross-entropy", student, data) with { Seed = seed }, data));
                taught.Add(await Accuracy(TeacherFile.Note(LossRun.PlanOf(loss.Name, student, data) with { Seed = seed }, path), data));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"distillation, seed {seed}: alone {alone[^1]:P2}, taught {taught[^1]:P2}"));
            }

            var accuracy = TestReport.Of(TrainingSetup.Of(teacher), knowing, data).Metric;
            return string.Create(CultureInfo.InvariantCulture, $"""

                ## Distillation

                `--teacher` with `{loss.Name}`: a `cnn` ({accuracy:P2} after {TeachersEpochs} epochs) teaches a `{student.Model}`, {student.Epochs}
                epochs. Beside it, the same model learns from the labels alone, with `cross-entropy`.

                | seed | alone | taught |
                | --- | --- | --- |
                {string.Join('\n', alone.Zip(taught).Index().Select(row => string.Create(CultureInfo.InvariantCulture, $"| {row.Index} | {row.Item.First:P2} | {row.Item.Second:P2} |")))}
                """);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task<double> Accuracy(TrainingPlan plan, DataSet data) =>
        TestReport.Of(TrainingSetup.Of(plan), await LossRun.Train(plan, data), data).Metric;
}
