namespace Mnist.Distributed.Training.Data;

/// <summary>The content of one CSV file.</summary>
/// <param name="Width">Pixels of a line.</param>
/// <param name="Pixels">Lines x <paramref name="Width"/> bytes.</param>
/// <param name="Names">The different labels, as text, in the order in which they appear.</param>
/// <param name="Labels">
/// For each line, the position of its label in <paramref name="Names"/>.
/// </param>
/// <param name="FirstLines">For each of the names, the number of the first line that has it, from
/// 1.</param>
internal sealed record CsvContent(
    int Width, ReadOnlyMemory<byte> Pixels, IReadOnlyList<string> Names, IReadOnlyList<ushort> Labels, IReadOnlyList<int> FirstLines);
