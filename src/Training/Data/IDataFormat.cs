using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;

namespace Mnist.Distributed.Training.Data;

/// <summary>A form in which a folder can hold a data set.</summary>
public interface IDataFormat
{
    /// <summary>Its name, for people.</summary>
    string Name { get; }

    /// <summary>Whether the folder has at least some files of this format.</summary>
    bool IsIn(string folder);

    /// <summary>What the folder lacks of this format, as names of files; empty when all is there.</summary>
    IReadOnlyList<string> Missing(string folder);

    /// <summary>Reads and checks the data set.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="usual">The classes, unless the folder names classes of its own.</param>
    /// <exception cref="InvalidInputException">A file is missing, damaged or does not fit the others.</exception>
    DataContent Read(string folder, ClassList usual);
}
