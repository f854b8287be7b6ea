using System.CommandLine;
using Plimsoll.Cli.Setup;
using Plimsoll.Performance.Power;

namespace Plimsoll.Cli.Options;

/// <summary>Barrier groups instead of single engines: workers whose steps begin together.</summary>
internal sealed class BarrierOptions
{
    private const string Fleet = "fleet";
    private const string Barrier = "barrier";
    private const string Afd = "afd";

    public Option<string?> Topology { get; } = Opt.Text(
        "--topology", "fleet (each replica an engine, the default), barrier (each replica a group of engines that step together)"
            + " or afd (Attention and FFN on instances of their own, decode only; simulate alone).",
        "T");

    public Setting<int> Workers { get; } = Opt.Count("--workers", "Barrier group: workers (default 16).", 1, 100_000);

    public Setting<int> Slots { get; } = Opt.Count("--slots", "Barrier group: most requests on one worker (default as many as a batch holds; 72 with --no-prefill).", 1, 1_000_000);

    public Setting<int> Pool { get; } = Opt.Count(
        "--pool", "Barrier group: most waiting requests the policy sees (default four a worker).", 1, 100_000_000);

    public Option<bool> NoPrefill { get; } = Opt.Flag(
        "--no-prefill", "Barrier group: decode only, prompts are there when a request joins (the published setting).");

    public Option<string?> Balancing { get; } = Opt.Text(
        "--balancing", "Barrier group: which waiting requests join which workers (default fcfs-fill); see catalog policies.", "P");

    public Option<string?> Power { get; } = Opt.Text(
        "--power", $"Barrier group: what a worker draws: {PowerSpec.Forms} (default law).", "LAW");

    public void AddTo(Command command)
    {
        foreach (Option option in All)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What the user asked for; what contradicts that is among the problems.</summary>
    /// <param name="fleet">Options of engines.</param>
    /// <param name="apart">Options of Attention and FFN apart; null where that is not offered.</param>
    /// <param name="parsed">What was given.</param>
    /// <param name="problems">Gathers what is wrong.</param>
    public SystemKind KindOf(FleetOptions fleet, AfdOptions? apart, ParseResult parsed, InputProblems problems)
    {
        string topology = parsed.GetValue(Topology) ?? Fleet;
        string[] known = apart is null ? [Fleet, Barrier] : [Fleet, Barrier, Afd];
        if (!known.Contains(topology))
        {
            problems.Add(Topology.Name, $"'{topology}' is none of {string.Join(", ", known)}");
            return SystemKind.Replicas;
        }

        SystemKind kind = topology switch
        {
            Fleet => SystemKind.Replicas,
            Afd => SystemKind.Disaggregated,
            _ => parsed.GetValue(NoPrefill) ? SystemKind.DecodeOnlyGroup : SystemKind.Groups,
        };
        foreach (Option option in (kind == SystemKind.Disaggregated ? [] : apart?.OfOneSystem ?? []).Where(option => TrafficOptions.IsGiven(option, parsed)))
        {
            problems.Add(option.Name, "only with --topology afd");
        }

        (IEnumerable<Option> idle, string why) = kind switch
        {
            SystemKind.Replicas => (All.Except([Topology]), "only with --topology barrier"),
            SystemKind.DecodeOnlyGroup => (fleet.OfReplicasOnly, "says nothing about a barrier group that only decodes; leave it out"),
            SystemKind.Disaggregated => (
                All.Except([Topology]).Concat(fleet.All).Concat(apart!.Traffic.OfArrivals), "says nothing about Attention and FFN apart; leave it out"),
            _ => ([], ""),
        };
        foreach (Option option in idle.Where(option => TrafficOptions.IsGiven(option, parsed)))
        {
            problems.Add(option.Name, why);
        }

        return kind;
    }

    private Option[] All => [Topology, Workers.Option, Slots.Option, Pool.Option, NoPrefill, Balancing, Power];
}
