using Plimsoll.Cli.Setup;

namespace Plimsoll.Cli.Output;

/// <summary>What people read while the machine's answer goes to standard output: everything here goes to standard error.</summary>
internal static class Terminal
{
    /// <summary>Whether somebody is watching.</summary>
    public static bool IsWatched => !Console.IsErrorRedirected;

    public static void Say(string line) => Console.Error.WriteLine(line);

    public static int Refuse(InputProblems problems)
    {
        foreach (string sentence in problems.Sentences)
        {
            Say("error: " + sentence);
        }

        return ExitCode.BadInput;
    }
}
