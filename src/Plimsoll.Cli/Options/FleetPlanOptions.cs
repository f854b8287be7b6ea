using System.CommandLine;
using Plimsoll.Core;

namespace Plimsoll.Cli.Options;

/// <summary>Options of <c>plimsoll plan fleet</c>.</summary>
internal sealed class FleetPlanOptions
{
    private const double SecondsPerHour = 3600;

    /// <summary>Traffic and engine, of which only those of one replica are asked for.</summary>
    public LoadLineOptions Engine { get; } = new();

    public Option<string?> Gpus { get; } = Opt.Text("--gpu", "GPUs to choose from: a,b,c (default: all with a price in the catalogue).",
        "A,B,…");

    public Option<string?> TensorParallel { get; } = Opt.Text("--tp",
        "GPUs of a replica to choose from, tensor parallel (default 1,2,4,8).", "N,…");

    public Option<string?> Prices { get; } = Opt.Text("--price",
        "Prices of a GPU in US dollars per hour, as in h100=2.5,a100=1.2 (default: median of the catalogue).", "GPU=X,…");

    public Option<string?> Slo { get; } = Opt.Text("--slo",
        "What the fleet promises, as in ttft=1s,tpot=50ms,e2e=30s@p99 (default percentile p99).", "LIMITS");

    public Setting<double> Rate { get; } = Opt.Real("--rate", "Requests per second to plan for (default: the traffic's own).", 1e-6, 1e9);

    public Setting<double> Headroom { get; } = Opt.Real("--headroom", "Share of the load line that must stay free (default 0.1).", 0, 0.99);

    public Setting<Duration> PeakWindow { get; } = Opt.Time("--peak-window",
        "Of a trace more than twice as long, plan for the busiest stretch of this length (default 1h).");

    public Setting<Duration> Profile { get; } = new(
        Opt.Text("--profile", "Replicas over time too: 'hour', or the length of a part, such as 15m.", "TIME"),
        text => text == "hour" ? Duration.FromSeconds(SecondsPerHour) : Durations.TryParse(text, out Duration time)
            && time > Duration.Zero ? time : null,
        "a length of time; write hour, 15m or a number of seconds");

    public Setting<int> Replications { get; } = Opt.Count("--replications", "Runs of each fleet, each with other dice (default 6).", 2,
        10_000);

    public Setting<int> RequestsPerRun { get; } = Opt.Count(
        "--requests-per-run", "Requests in each run (default 10,000; more where a run would last less than 10 mean stays).", 100,
            100_000_000);

    public void AddTo(Command command)
    {
        (TrafficOptions traffic, FleetOptions fleet) = (Engine.Traffic, Engine.Fleet);
        foreach (Option option in new Option[]
        {
            traffic.Trace, traffic.Format, traffic.SkipBadRows, traffic.SpreadBuckets, traffic.Requests.Option, traffic.RateScale.Option,
            traffic.WindowStart.Option, traffic.WindowLength.Option, traffic.Prompt, traffic.Output, traffic.Arrivals, Rate.Option,
                fleet.Model, Gpus,
            TensorParallel, Prices, Slo, Headroom.Option, fleet.Batching, fleet.Routing, fleet.Predict, fleet.KvDtype, fleet.WeightDtype,
            fleet.MemoryUtilization.Option, fleet.Catalog, fleet.BlockSize.Option, fleet.MaxSequences.Option, fleet.TokenBudget.Option,
                fleet.Chunk.Option,
            fleet.NoPrefixCache, PeakWindow.Option, Profile.Option, Replications.Option, RequestsPerRun.Option, Engine.Threads.Option,
        })
        {
            command.Options.Add(option);
        }

        Engine.Output.AddTo(command);
    }
}
