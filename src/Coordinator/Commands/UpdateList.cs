using System.Globalization;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Coordinator.Commands;

/// <summary>Prints a catalogue's optimizers and schedules with their settings.</summary>
internal static class UpdateList
{
    /// <summary>Prints one line for each, as text or as JSON.</summary>
    public static void Print(TrainingCatalogue catalogue, bool json)
    {
        foreach (var optimizer in catalogue.Optimizers)
        {
            if (json)
            {
                Json.Print(new { Optimizer = optimizer.Name, optimizer.LearningRate, Settings = Defaults(optimizer.Settings) });
                continue;
            }

            Paragraph.Print(string.Create(CultureInfo.InvariantCulture, $"optimizer {optimizer.Name}: lr {optimizer.LearningRate}{List(optimizer.Settings)}"));
        }

        foreach (var schedule in catalogue.Schedules)
        {
            if (json)
            {
                Json.Print(new
                {
                    Schedule = schedule.Name,
                    schedule.Summary,
                    Settings = Defaults(schedule.Settings),
                    Needed = schedule.Settings.Where(setting => setting.IsNeeded).Select(setting => setting.Name.Replace('-', '_')),
                });
                continue;
            }

            Paragraph.Print($"schedule {schedule.Name}: {schedule.Summary}{List(schedule.Settings)}");
        }
    }

    /// <summary>The defaults of settings that have one.</summary>
    public static Settings Defaults(IReadOnlyList<Setting> settings) =>
        settings.Where(setting => !setting.IsNeeded).Aggregate(Settings.Empty, (bag, setting) => bag.With(setting.Name, setting.UsualText));

    /// <summary>
    /// Settings with their defaults, after a semicolon; nothing if there are none.
    /// </summary>
    public static string List(IReadOnlyList<Setting> settings) => settings.Count == 0
        ? ""
        : $"; {string.Join(", ", settings.Select(setting => $"{setting.Name} {(setting.IsNeeded ? "(to be given)" : setting.UsualText)}"))}";
}
