using System.CommandLine;
using System.Runtime.CompilerServices;

namespace Mnist.Distributed.Coordinator.Commands.Options;

/// <summary>
/// What this program knows of an option beside what the library for command lines knows: where
/// defaults for it may come from, and how help shows it. An option says so where it is declared.
/// </summary>
internal sealed class OptionTraits
{
    private static readonly ConditionalWeakTable<Option, OptionTraits> Known = [];

    /// <summary>
    /// The variable that the command itself reads if the option is not given; null for the variable
    /// that every option has.
    /// </summary>
    public string? OwnVariable { get; private set; }

    /// <summary>
    /// Whether a file in the working folder may not set it, because others may have written that
    /// file: the option decides which code runs, who is let in, or what is overwritten.
    /// </summary>
    public bool IsUsersOnly { get; private set; }

    /// <summary>
    /// Whether it says how this user reaches a cluster. Others reach it in another way, so the
    /// command that repeats a run has it only if the user gave it.
    /// </summary>
    public bool IsAccess { get; private set; }

    /// <summary>Whether its value may hold a password, and is not shown.</summary>
    public bool IsSecret { get; private set; }

    /// <summary>The group of the option in help.</summary>
    public OptionGroup Group { get; set; } = OptionGroup.Other;

    /// <summary>What its number counts; null for a bare number.</summary>
    public string? Unit { get; set; }

    /// <summary>
    /// What takes the place of a value in a command that repeats this one, because the value may
    /// mean something else later; null for the value itself.
    /// </summary>
    public Func<string, string>? Lasting { get; set; }

    /// <summary>The traits of an option.</summary>
    public static OptionTraits Of(Option option) => Known.GetOrCreateValue(option);

    /// <summary>
    /// Gives an option the traits of another one, of which it is a form in another command.
    /// </summary>
    public static void Share(Option option, Option original) => Known.Add(option, Of(original));

    /// <summary>Sets traits.</summary>
    public void Set(string? variable = null, bool usersOnly = false, bool access = false, bool secret = false)
    {
        OwnVariable = variable ?? OwnVariable;
        IsUsersOnly |= usersOnly;
        IsAccess |= access;
        IsSecret |= secret;
    }
}

/// <summary>Gives options their traits.</summary>
internal static class OptionTraitsOfOptions
{
    /// <summary>Puts the option into a group of the help.</summary>
    public static Option<T> In<T>(this Option<T> option, OptionGroup group)
    {
        group.Holds(option);
        return option;
    }

    /// <summary>The option is a number of things, such as steps.</summary>
    public static Option<T> Counts<T>(this Option<T> option, string unit)
    {
        option.HelpName = unit.ToUpperInvariant();
        OptionTraits.Of(option).Unit = unit;
        return option;
    }

    /// <summary>No file in the working folder may set the option.</summary>
    public static Option<T> OnlyFromTheUser<T>(this Option<T> option)
    {
        OptionTraits.Of(option).Set(usersOnly: true);
        return option;
    }

    /// <summary>The command reads a variable if the option is not given.</summary>
    public static Option<T> ReadsVariable<T>(this Option<T> option, string variable)
    {
        OptionTraits.Of(option).Set(variable);
        return option;
    }

    /// <summary>The option says how this user reaches a cluster.</summary>
    /// <param name="option">The option.</param>
    /// <param name="variable">The variable that the command reads without it.</param>
    /// <param name="isSecret">Whether the value may hold a password.</param>
    public static Option<T> GivesAccess<T>(this Option<T> option, string? variable = null, bool isSecret = false)
    {
        OptionTraits.Of(option).Set(variable, usersOnly: true, access: true, isSecret);
        return option;
    }
}
