using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Tests.Training.Models.Shapes;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Native;
using Mnist.Distributed.Training.Reports;
using Mnist.Distributed.Training.Tasks;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Reports;

/// <summary>Reports have the numbers that a person computes by hand.</summary>
public sealed class ReportValueTests
{
    private const int Images = 40;

    private static readonly float Log9 = MathF.Log(9);

    static ReportValueTests() => LibTorch.EnsureLoaded();

    [Fact]
    public void The_calibration_error_is_the_mean_difference_between_probabilities_and_right_answers()
    {
        var calibration = new Calibration();
        calibration.Add(0.9, isRight: true);
        calibration.Add(0.9, isRight: false);
        calibration.Add(0.5, isRight: true);
        calibration.Add(1, isRight: true);

        // 1 of 1.8 answers is right, 1 of 0.5 and 1 of 1.
        CalibrationBin[] expected = [new(1, 0.5, 1), new(2, 0.9, 0.5), new(1, 1, 1)];
        Assert.Equal(expected, calibration.Curve);
        Assert.Equal((0.8 + 0.5 + 0) / 4, calibration.ExpectedError, 1e-12);
    }

    [Fact]
    public void Answers_that_are_right_as_often_as_they_say_have_no_calibration_error()
    {
        var calibration = new Calibration();
        for (var answer = 0; answer < 10; answer++)
        {
            calibration.Add(0.8, isRight: answer < 8);
            calibration.Add(0, isRight: false);
        }

        Assert.Equal([0.0, 0.8], calibration.Curve.Select(bin => Math.Round(bin.Right, 12)));
        Assert.Equal(0, calibration.ExpectedError, 1e-12);
    }

    [Fact]
    public void A_calibration_without_answers_has_no_error_and_no_bins()
    {
        var calibration = new Calibration();

        Assert.Empty(calibration.Curve);
        Assert.Equal(0.0, calibration.ExpectedError);
    }

    /// <summary>
    /// Of three images of a, one is taken for b. Of three images of b, two are taken for a. The
    /// image of c is taken for a, and there is none of d.
    /// </summary>
    [Fact]
    public void A_classification_counts_what_is_taken_for_what()
    {
        var report = new ClassificationReport(["a", "b", "c", "d"]);
        foreach (var (found, truth) in new[] { (0, 0), (0, 0), (1, 0), (1, 1), (0, 1), (0, 1), (0, 2) })
        {
            report.Add(new Answer.Class(found, []), new Answer.Class(truth, []));
        }

        ClassReport[] expected =
        [
            new("a", Precision: 2.0 / 5, Recall: 2.0 / 3, F1: 4.0 / 8, Images: 3),
            new("b", Precision: 1.0 / 2, Recall: 1.0 / 3, F1: 2.0 / 5, Images: 3),
            new("c", Precision: double.NaN, Recall: 0, F1: 0, Images: 1),
            new("d", Precision: double.NaN, Recall: double.NaN, F1: 0, Images: 0),
        ];
        Assert.Equal([2, 1, 0, 0, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0], report.Confusion.SelectMany(row => row));
        Assert.Equal(expected, report.Classes);
        Assert.Null(report.Calibration);
    }

    [Fact]
    public void A_question_has_the_classes_no_and_yes()
    {
        var report = new ClassificationReport(["no", "yes"]);
        foreach (var (found, truth) in new[] { (true, true), (true, false), (false, false), (false, true), (false, true) })
        {
            report.Add(new Answer.YesNo(found, null), new Answer.YesNo(truth, null));
        }

        ClassReport[] expected =
        [
            new("no", Precision: 1.0 / 3, Recall: 1.0 / 2, F1: 2.0 / 5, Images: 2),
            new("yes", Precision: 1.0 / 2, Recall: 1.0 / 3, F1: 2.0 / 5, Images: 3),
        ];
        Assert.Equal([1, 1, 2, 1], report.Confusion.SelectMany(row => row));
        Assert.Equal(expected, report.Classes);
        Assert.Null(report.Calibration);
    }

    /// <summary>A wrong answer at 0.7, a right one at 0.6, and one that says nothing.</summary>
    [Fact]
    public void A_classification_is_calibrated_by_the_answers_with_probabilities()
    {
        var report = new ClassificationReport(["a", "b", "c"]);
        report.Add(new Answer.Class(1, [0.2, 0.7, 0.1]), new Answer.Class(0, []));
        report.Add(new Answer.Class(2, [0.3, 0.1, 0.6]), new Answer.Class(2, []));
        report.Add(new Answer.Class(2, []), new Answer.Class(2, []));

        var calibration = Assert.IsType<Calibration>(report.Calibration);
        Assert.Equal(2, calibration.Curve.Sum(bin => bin.Answers));
        Assert.Equal((0.7 + 0.4) / 2, calibration.ExpectedError, 1e-12);
        Assert.Equal(3, report.Confusion.Sum(row => row.Sum()));
    }

    /// <summary>A right no at 1 - 0.2, and a wrong yes at 0.9.</summary>
    [Fact]
    public void An_answer_of_no_has_the_remaining_probability()
    {
        var report = new ClassificationReport(["no", "yes"]);
        report.Add(new Answer.YesNo(false, 0.2), new Answer.YesNo(false, null));
        report.Add(new Answer.YesNo(true, 0.9), new Answer.YesNo(false, null));

        Assert.Equal((0.2 + 0.9) / 2, Assert.IsType<Calibration>(report.Calibration).ExpectedError, 1e-12);
    }

    [Fact]
    public void Answers_of_other_kinds_are_left_out()
    {
        var report = new ClassificationReport(["a", "b"]);
        report.Add(new Answer.Text([1]), new Answer.Text([1]));
        report.Add(new Answer.Vector([1]), new Answer.Class(1, []));
        report.Add(new Answer.YesNo(true, 1), new Answer.Class(1, []));

        Assert.Equal(0, report.Confusion.Sum(row => row.Sum()));
        Assert.Null(report.Calibration);
    }

    /// <summary>
    /// Nine outputs are 0 and one is log 9: the softmax of that one is 9 / 18, its sigmoid is
    /// 9 / 10, and itself it is more than 1.
    /// </summary>
    [Theory]
    [InlineData("cross-entropy", 0.5)]
    [InlineData("sparse-categorical-cross-entropy", 0.5)]
    [InlineData("categorical-cross-entropy", 0.5)]
    [InlineData("nll", 0.5)]
    [InlineData("kl-divergence", 0.5)]
    [InlineData("mae", 0.5)]
    [InlineData("binary-cross-entropy", 0.9)]
    [InlineData("mse", 1.0)]
    [InlineData("huber", 1.0)]
    [InlineData("hinge", null)]
    [InlineData("cosine", null)]
    public void An_answer_has_the_probabilities_that_its_loss_gives(string loss, double? probability)
    {
        var outputs = new float[Recipe.Digits.Count];
        outputs[3] = Log9;

        var answer = Assert.IsType<Answer.Class>(TrainingSetup.Of(new TrainingPlan { Loss = loss, Model = "mlp-logits" }).Read(outputs));

        Assert.Equal(3, answer.Label);
        if (probability is { } expected)
        {
            Assert.Equal(outputs.Length, answer.Probabilities.Count);
            Assert.Equal(expected, answer.Probabilities[3], 1e-6);
        }
        else
        {
            Assert.Empty(answer.Probabilities);
        }
    }

    [Theory]
    [InlineData("binary-cross-entropy", 0.9, 0.1)]
    [InlineData("hinge", null, null)]
    public void An_answer_of_yes_or_no_has_the_probability_of_yes_that_its_loss_gives(string loss, double? ofYes, double? ofNo)
    {
        var setup = TrainingSetup.Of(new TrainingPlan { Task = "even-odd", Loss = loss, Model = "mlp-logits" });

        var yes = Assert.IsType<Answer.YesNo>(setup.Read([Log9]));
        var no = Assert.IsType<Answer.YesNo>(setup.Read([-Log9]));

        Assert.Equal((true, false), (yes.IsYes, no.IsYes));
        Assert.Equal((ofYes, ofNo), (Rounded(yes.Probability), Rounded(no.Probability)));
    }

    [Theory]
    [InlineData("digits", "cross-entropy", Images)]
    [InlineData("digits", "mse", Images)]
    [InlineData("digits", "hinge", null)]
    [InlineData("even-odd", "binary-cross-entropy", Images)]
    [InlineData("even-odd", "hinge", null)]
    public void A_report_has_a_calibration_if_the_loss_gives_probabilities(string task, string loss, int? answers)
    {
        var data = DrawnData.Of(Recipe.Data, Images);
        var setup = TrainingSetup.Of(new TrainingPlan { Task = task, Loss = loss, Model = "mlp-logits", Data = data.Shape });

        var classification = TestReport.Of(setup, setup.NewState().Snapshot(), data).Classification!;

        Assert.Equal(answers, classification.Calibration?.Curve.Sum(bin => bin.Answers));
        Assert.Equal(Images, classification.Confusion.Sum(row => row.Sum()));
    }

    /// <summary>
    /// Four points in a plane of space: two at a distance of 5 from their mean, in one direction,
    /// and two at a distance of 2 in the other. A component may have the opposite sign.
    /// </summary>
    [Fact]
    public void Principal_components_are_the_places_in_the_directions_that_differ_most()
    {
        var points = PrincipalComponents.Of([[13, 24, 30], [7, 16, 30], [8.4f, 21.2f, 30], [11.6f, 18.8f, 30]]);

        var (x, y) = (Math.Sign(points[0].X), Math.Sign(points[2].Y));
        (double X, double Y)[] expected = [(5, 0), (-5, 0), (0, 2), (0, -2)];
        Assert.Equal(expected.Length, points.Length);
        Assert.All(expected.Zip(points), pair =>
        {
            Assert.Equal(pair.First.X, x * pair.Second.X, 1e-5);
            Assert.Equal(pair.First.Y, y * pair.Second.Y, 1e-5);
        });
    }

    private static double? Rounded(double? probability) => probability is { } known ? Math.Round(known, 6) : null;
}
