using System.CommandLine;
using Plimsoll.Cli.Options;

namespace Plimsoll.Cli.Setup.Bench;

/// <summary>
/// The key for a server, from the environment or a file: never from the command line, where everybody on the machine can read it.
/// </summary>
internal static class ApiKey
{
    /// <summary>Reads it; null when there is none, or something is wrong. No message shows it.</summary>
    public static string? From(BenchOptions options, ParseResult parsed, InputProblems problems)
    {
        string? variable = parsed.GetValue(options.ApiKeyEnv);
        string? file = parsed.GetValue(options.ApiKeyFile);
        if (variable is not null && file is not null)
        {
            problems.Add("--api-key-file", "give this or --api-key-env, not both");
            return null;
        }

        (string name, string? key) = ("--api-key-env", variable is null ? null : Environment.GetEnvironmentVariable(variable));
        if (variable is not null && string.IsNullOrWhiteSpace(key))
        {
            problems.Add(name, $"there is no environment variable '{variable}', or it is empty");
            return null;
        }

        if (file is not null)
        {
            name = "--api-key-file";
            key = File.Exists(file) ? File.ReadAllText(file) : null;
            if (string.IsNullOrWhiteSpace(key))
            {
                problems.Add(name, $"there is no file '{file}', or it is empty");
                return null;
            }
        }

        key = key?.Trim();
        if (key?.Any(c => c is <= ' ' or > '~') == true)
        {
            problems.Add(name, "the key holds characters that no key has");
            return null;
        }

        return key;
    }
}
