using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;

namespace Mnist.Distributed.Training.Data;

/// <summary>A format of the files in a folder with a data set.</summary>
public interface IDataFormat
{
    /// <summary>The format's name, for people.</summary>
    string Name { get; }

    /// <summary>The format's files, for a sentence that says what is missing.</summary>
    string Files { get; }

    /// <summary>What the origin of such data says, such as <c>MNIST format</c>.</summary>
    string Kind { get; }

    /// <summary>Whether a folder has at least one file of this format.</summary>
    bool IsIn(string folder);

    /// <summary>
    /// The names of the format's files that a folder lacks; empty if it has all of them.
    /// </summary>
    IReadOnlyList<string> Missing(string folder);

    /// <summary>Reads and checks a data set.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="usual">The classes, if the folder names no classes of its own.</param>
    /// <param name="size">
    /// The size that the images shall have; null to take them as they are. A format may leave the
    /// resizing to the caller, if all its images have one size.
    /// </param>
    /// <exception cref="InvalidInputException">
    /// A file is missing or damaged, or does not fit the other files.
    /// </exception>
    DataContent Read(string folder, ClassList usual, ImageSize? size);
}
