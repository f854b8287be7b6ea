using System.CommandLine;

namespace Plimsoll.Cli.Options;

/// <summary>Options of <c>plimsoll schedule</c>.</summary>
internal sealed class ScheduleOptions
{
    public Option<string?> Jobs { get; } = Opt.Text("--jobs", "File of jobs, or any trace with whole seconds; - for standard input.", "FILE");

    public Option<string?> Prompt { get; } = Opt.Text("--prompt", "Instead of a file: prompt lengths of jobs to draw, as in uniform:1:5.", "D");

    public Option<string?> OutputLengths { get; } = Opt.Text("--output", "Their output lengths, as in lognormal:45:85:1000.", "D");

    public Setting<int> Requests { get; } = Opt.Count("--requests", "How many jobs to draw.", 1, 1_000_000);

    public Setting<int> Replications { get; } = Opt.Count("--replications", "How many lists to draw (default 1; intervals need 2).", 1, 100_000);

    public Setting<long> KvTokens { get; } = Opt.Big("--kv-tokens", "KV tokens of the replica.", 1, 1L << 40);

    public Option<bool> SkipTooLong { get; } = Opt.Flag("--skip-too-long", "Leave out jobs that are longer than the memory, and say how many.");

    public Option<string?> Policy { get; } = Opt.Text("--policy", "One policy, or several to compare: a,b:x=1,c (default mc-sf); see catalog policies.", "P");

    public Option<string?> Predict { get; } = Predictions.Option();

    public Setting<int> MaxSequences { get; } = Opt.Count("--max-sequences", "Most jobs in the batch (default: no limit but memory).", 1);

    public Option<bool> Optimal { get; } = Opt.Flag("--optimal", "Look for the optimum in hindsight; needs COIN-OR CLP.");

    public Option<bool> LpBound { get; } = Opt.Flag("--lp-bound", "Solve the linear relaxation of the hindsight program; needs COIN-OR CLP.");

    public Setting<double> TimeLimit { get; } = Opt.Real("--time-limit", "Seconds for the solver (default 60).", 0.1, 1e6);

    public OutputOptions Output { get; } = new();

    public void AddTo(Command command)
    {
        Option[] all =
        [
            Jobs, Prompt, OutputLengths, Requests.Option, Replications.Option, KvTokens.Option, SkipTooLong,
            Policy, Predict, MaxSequences.Option, Optimal, LpBound, TimeLimit.Option,
        ];
        foreach (Option option in all)
        {
            command.Options.Add(option);
        }

        Output.AddTo(command);
    }
}
