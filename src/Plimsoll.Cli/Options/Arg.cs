using System.CommandLine;

namespace Plimsoll.Cli.Options;

/// <summary>Arguments that do not take a mistyped option for a name.</summary>
internal static class Arg
{
    /// <summary>An argument that must be there; <c>-</c> alone is a name, anything longer that begins so is not.</summary>
    public static Argument<T> Required<T>(string name, string help) => Watched(new Argument<T>(name) { Description = help });

    /// <summary>An argument that may be left out.</summary>
    public static Argument<string?> Optional(string name, string help) =>
        Watched(new Argument<string?>(name) { Description = help, Arity = ArgumentArity.ZeroOrOne });

    /// <summary>Any number of arguments, none too.</summary>
    public static Argument<string[]> Several(string name, string help) =>
        Watched(new Argument<string[]>(name) { Description = help, Arity = ArgumentArity.ZeroOrMore });

    private static Argument<T> Watched<T>(Argument<T> argument)
    {
        argument.Validators.Add(result =>
        {
            foreach (string value in result.Tokens.Select(token => token.Value).Where(value => value.Length > 1 && value[0] == '-'))
            {
                result.AddError($"There is no option '{value}'.");
            }
        });
        return argument;
    }
}
