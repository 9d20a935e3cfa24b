using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
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
        var samples = new List<SampleReport>();
        for (var index = 0; index < Math.Min(count, split.Count); index++)
        {
            var batch = view.Gather([index], epoch: 0);
            for (var image = 0; image < batch.Count; image++)
            {
                // A triplet is three samples, each with its own class.
                var one = batch.ImagesPerSample == 1 ? batch : batch.Single(image);
                samples.Add(new SampleReport(index, 0, Found: null, task.Truth(one), task.Input, one.Image(0).ToArray()));
            }
        }

        return samples;
    }
}
