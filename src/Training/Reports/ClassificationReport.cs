using Mnist.Distributed.Training.Tasks;

namespace Mnist.Distributed.Training.Reports;

/// <summary>
/// What a classifier takes for what. A question with two answers has the classes <c>no</c> and
/// <c>yes</c>.
/// </summary>
public sealed class ClassificationReport
{
    private readonly IReadOnlyList<string> _names;
    private readonly int[][] _confusion;

    /// <summary>A report without images.</summary>
    /// <param name="names">Names of the classes.</param>
    public ClassificationReport(IReadOnlyList<string> names)
    {
        _names = names;
        _confusion = [.. names.Select(_ => new int[names.Count])];
    }

    /// <summary>Names of the classes.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>
    /// Numbers of images: a row for each true class, with a column for each class that an image is
    /// taken for.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<int>> Confusion => _confusion;

    /// <summary>
    /// How far the probabilities of the answers can be trusted; null if there are none.
    /// </summary>
    public Calibration? Calibration { get; private set; }

    /// <summary>How well each class is recognised.</summary>
    public IReadOnlyList<ClassReport> Classes => [.. Enumerable.Range(0, _names.Count).Select(Of)];

    /// <summary>Counts an image; answers of other kinds are left out.</summary>
    /// <param name="found">What the network says.</param>
    /// <param name="truth">What is right.</param>
    public void Add(Answer found, Answer truth)
    {
        switch (found, truth)
        {
            case (Answer.Class said, Answer.Class right):
                Add(said.Label, right.Label, said.Probabilities.Count == 0 ? null : said.Probabilities[said.Label]);
                break;
            case (Answer.YesNo said, Answer.YesNo right):
                Add(said.IsYes ? 1 : 0, right.IsYes ? 1 : 0, said.IsYes ? said.Probability : 1 - said.Probability);
                break;
        }
    }

    private void Add(int found, int truth, double? probability)
    {
        _confusion[truth][found]++;
        if (probability is { } stated)
        {
            Calibration ??= new Calibration();
            Calibration.Add(stated, found == truth);
        }
    }

    private ClassReport Of(int c)
    {
        var (right, images, found) = (_confusion[c][c], _confusion[c].Sum(), _confusion.Sum(row => row[c]));
        return new ClassReport(_names[c], (double)right / found, (double)right / images, right == 0 ? 0 : 2.0 * right / (images + found), images);
    }
}
