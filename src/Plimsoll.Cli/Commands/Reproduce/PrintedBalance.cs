namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>What is known of a policy in a published setting; not a number where nothing is.</summary>
/// <param name="Policy">As the command line writes it.</param>
/// <param name="Imbalance">Mean imbalance, tokens.</param>
/// <param name="TokensPerSecond">Output tokens a second.</param>
/// <param name="SecondsPerOutputToken">Mean time for an output token.</param>
/// <param name="Idle">Idle fraction.</param>
/// <param name="Kilojoules">Energy.</param>
internal sealed record PrintedBalance(
    string Policy, double Imbalance, double TokensPerSecond, double SecondsPerOutputToken, double Idle, double Kilojoules)
{
    /// <summary>Takes it from its fields, each of which may be missing.</summary>
    public static PrintedBalance Read(ScenarioFields fields)
    {
        return new(
            fields.Text("policy"),
            Known("imbalance"),
            Known("output_tokens_per_second"),
            Known("seconds_per_output_token"),
            Known("idle_fraction"),
            Known("kilojoules"));

        double Known(string name) => fields.Has(name) ? fields.Number(name, 0, 1e15) : double.NaN;
    }
}
