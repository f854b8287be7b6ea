using System.CommandLine;

namespace Plimsoll.Cli.Options;

/// <summary>Options of <c>plimsoll plan loadline</c>.</summary>
internal sealed class LoadLineOptions
{
    public TrafficOptions Traffic { get; } = new();

    public FleetOptions Fleet { get; } = new();

    public Option<string[]> Phase { get; } = new("--phase")
    {
        Description = "In place of --prompt and --output, for traffic that changes: share of the requests, lengths and, if it differs, the step "
            + "time, as in '0.5 uniform:10:2133 uniform:10:1066 const:0.043'; repeat it for each phase.",
        HelpName = "PHASE",
    };

    public Option<string[]> EngineKind { get; } = new("--engine")
    {
        Description = "Replicas of several kinds in place of one: COUNTxMODEL@GPU or COUNTxMODEL@GPU/TP, repeatable.",
        HelpName = "SPEC",
    };

    public Setting<double> Rate { get; } = Opt.Real("--rate", "Arrivals per second that the fleet must carry.", 1e-9, 1e12);

    public Setting<double> TargetUtilization { get; } = Opt.Real(
        "--target-utilization", "How much of the load line is to be used (default 0.9).", 0.01, 1);

    public Option<bool> Verify { get; } = Opt.Flag("--verify", "Find the load line by simulation too.");

    public Setting<int> Replications { get; } = Opt.Count("--replications", "With --verify: how often, each time with other dice (default 6).", 2, 10_000);

    public Setting<int> RequestsPerRun { get; } = Opt.Count(
        "--requests-per-run", "With --verify: requests in each run (default: 20,000, or 200 batches if that is more).", 1_000, 100_000_000);

    public Setting<int> Threads { get; } = Opt.Count("--threads", "Runs at a time (default: as many as there are processors).", 1, 4096);

    public OutputOptions Output { get; } = new();

    /// <summary>Options that mean something only with --verify.</summary>
    public IEnumerable<Option> OfVerification => [Replications.Option, RequestsPerRun.Option, Threads.Option];

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[]
        {
            Traffic.Trace, Traffic.Format, Traffic.SkipBadRows, Traffic.Requests.Option, Traffic.RateScale.Option, Traffic.WindowStart.Option,
            Traffic.WindowLength.Option, Traffic.Prompt, Traffic.Output, Phase, Fleet.KvTokens, Fleet.StepTime, Fleet.Chunk.Option,
            Fleet.TokenBudget.Option, Fleet.MaxSequences.Option, Fleet.BlockSize.Option, Fleet.Gpu, Fleet.Model, Fleet.TensorParallel.Option,
            Fleet.KvDtype, Fleet.WeightDtype, Fleet.MemoryUtilization.Option, Fleet.Catalog, Fleet.Batching, Fleet.Predict, Fleet.NoPrefixCache, EngineKind,
            Rate.Option, TargetUtilization.Option, Verify, Replications.Option, RequestsPerRun.Option, Threads.Option,
        })
        {
            command.Options.Add(option);
        }

        Output.AddTo(command);
    }
}
