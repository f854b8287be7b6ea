using System.CommandLine;
using System.Globalization;
using Plimsoll.Cli.Options;

namespace Plimsoll.Cli.Setup;

/// <summary>A kind of replica in a fleet of several kinds.</summary>
/// <param name="Name">Model, GPU and how many of it.</param>
/// <param name="Count">Replicas.</param>
/// <param name="Replica">One of them.</param>
internal sealed record PlannedEngine(string Name, int Count, LoadLineReplica Replica)
{
    /// <summary>Reads every <c>--engine</c>, as in <c>4xllama-3.1-8b@h100/2</c>; null when something is wrong with them.</summary>
    public static IReadOnlyList<PlannedEngine>? From(LoadLineOptions options, ParseResult parsed, InputProblems problems)
    {
        List<PlannedEngine> engines = [];
        foreach (string text in parsed.GetValue(options.EngineKind) ?? [])
        {
            int cross = text.IndexOf('x', StringComparison.Ordinal);
            int at = text.LastIndexOf('@');
            int slash = text.LastIndexOf('/');
            slash = slash > at ? slash : text.Length;
            int tensorParallel = 1;
            if (cross < 0 || at < cross || !IsCount(text[..cross], out int count) || (slash < text.Length && !IsCount(text[(slash + 1)..], out tensorParallel)))
            {
                problems.Add("--engine", $"'{text}' is not COUNTxMODEL@GPU or COUNTxMODEL@GPU/TP, as in 4xllama-3.1-8b@h100");
                continue;
            }

            string model = text[(cross + 1)..at];
            Hardware? hardware = Hardware.From(options.Fleet, parsed, text[(at + 1)..slash], model, tensorParallel, problems);
            hardware?.Check(problems);
            if (hardware is not null && !problems.Any && LoadLineReplica.From(options, parsed, hardware, problems) is { } replica)
            {
                engines.Add(new PlannedEngine(text[(cross + 1)..], count, replica));
            }
        }

        return problems.Any ? null : engines;
    }

    private static bool IsCount(string text, out int count) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count is >= 1 and <= 1_000_000;
}
