using System.CommandLine;
using Plimsoll.Cli.Setup;

namespace Plimsoll.Cli.Options;

/// <summary>
/// An option with a value of its own kind. It is read when all options are known, so that one message does not hide another.
/// </summary>
/// <typeparam name="T">Kind of value.</typeparam>
/// <param name="option">The option as the parser sees it: text.</param>
/// <param name="parse">The value, or null.</param>
/// <param name="expected">What would have been right, after "is not".</param>
internal sealed class Setting<T>(Option<string?> option, Func<string, T?> parse, string expected)
    where T : struct
{
    public Option<string?> Option => option;

    /// <summary>The value; null when it was not given or is wrong, which is then among the problems.</summary>
    public T? Read(ParseResult parsed, InputProblems problems)
    {
        string? text = parsed.GetValue(option);
        T? value = text is null ? null : parse(text);
        if (text is not null && value is null)
        {
            problems.Add(option.Name, $"'{text}' is not {expected}");
        }

        return value;
    }
}
