namespace Mnist.Distributed.Training.Assemblies;

/// <summary>
/// An assembly of the user's that defines models, losses or optimizers. All silos of a run must
/// have the same one.
/// </summary>
/// <param name="File">Name of the file, without a folder.</param>
/// <param name="Sha256">
/// SHA-256 (lower-case hex) of the file. If the assembly refers to other assemblies of the user's,
/// it is the SHA-256 of all of them, as <see cref="CodeFile"/> defines it.
/// </param>
public sealed record OwnCode(string File, string Sha256)
{
    private const int Letters = 16;

    /// <summary>Name and SHA-256 as messages show them.</summary>
    public override string ToString() => $"{File} with SHA-256 {Short(Sha256)}";

    /// <summary>The first letters of a SHA-256, for messages.</summary>
    public static string Short(string sha256) => sha256.Length <= Letters ? sha256 : $"{sha256[..Letters]}...";
}
