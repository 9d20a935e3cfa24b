using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Tasks;
using Mnist.Distributed.Training.Views;

namespace Mnist.Distributed.Training.Reports;

/// <summary>Samples as a task draws them, without a network.</summary>
public static class TaskSamples
{
    /// <summary>The first samples of a split.</summary>
    /// <param name="plan">Task and loss, with all settings filled in.</param>
    /// <param name="split">The split.</param>
    /// <param name="key">Training or testing.</param>
    /// <param name="count">How many, if there are as many.</param>
    /// <param name="catalogue">Knows task and loss.</param>
    public static IReadOnlyList<SampleReport> Of(TrainingPlan plan, ImageSet split, SceneKey key, int count, TrainingCatalogue catalogue)
    {
        var view = catalogue.Objective(plan).View(split, key);
        var task = catalogue.TaskOf(plan);
        return [.. Enumerable.Range(0, Math.Min(count, split.Count)).SelectMany(index => At(view, task, index))];
    }

    /// <summary>A test image as the network sees it, and what is right.</summary>
    /// <param name="setup">The task and the loss.</param>
    /// <param name="data">The data set.</param>
    /// <param name="index">0-based position in the test split.</param>
    public static SampleReport OfTest(TrainingSetup setup, DataSet data, int index) =>
        At(setup.Objective.View(data.Test, SceneKey.Testing), setup.Task, index)[0];

    private static List<SampleReport> At(ISampleView view, LearningTask task, int index)
    {
        var samples = new List<SampleReport>();
        var batch = view.Gather([index], epoch: 0);
        for (var image = 0; image < batch.Count; image++)
        {
            // A triplet is three samples, each with its own class.
            var one = batch.ImagesPerSample == 1 ? batch : batch.Single(image);
            samples.Add(new SampleReport(index, 0, Found: null, task.Truth(one), task.Input, one.Image(0).ToArray()));
        }

        return samples;
    }
}
