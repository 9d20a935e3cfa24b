using System.Text;

namespace Mnist.Distributed.Coordinator.Commands.Completion.Shells;

/// <summary>The script that lets one shell ask the program for words.</summary>
/// <param name="Name">The name of the shell.</param>
/// <param name="Text">
/// The script. <c>PROGRAM</c> stands for the name of the program, <c>FUNCTION</c> for the same in
/// letters, digits and underscores.
/// </param>
internal sealed record ShellScript(string Name, string Text)
{
    private const string Usual = "mnist";

    /// <summary>The script for a program.</summary>
    /// <param name="program">
    /// Its name. A name with signs that a shell may not take literally is replaced by that of this
    /// project's program.
    /// </param>
    public string For(string program)
    {
        var name = program.Length > 0 && program.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.') && char.IsAsciiLetterOrDigit(program[0]) ? program : Usual;
        var function = new StringBuilder(name).Replace('-', '_').Replace('.', '_').ToString();
        return Text.Replace("PROGRAM", name, StringComparison.Ordinal).Replace("FUNCTION", function, StringComparison.Ordinal).ReplaceLineEndings("\n") + "\n";
    }
}
