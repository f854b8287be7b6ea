using System.CommandLine;
using Plimsoll.Cli.Setup;
using Plimsoll.Performance.Power;

namespace Plimsoll.Cli.Options;

/// <summary>A barrier group instead of independent replicas: workers whose steps begin together.</summary>
internal sealed class BarrierOptions
{
    private const string Fleet = "fleet";
    private const string Barrier = "barrier";

    public Option<string?> Topology { get; } = Opt.Text(
        "--topology", "fleet (independent replicas, the default) or barrier (workers that step together).", "T");

    public Setting<int> Workers { get; } = Opt.Count("--workers", "Barrier group: workers (default 16).", 1, 100_000);

    public Setting<int> Slots { get; } = Opt.Count("--slots", "Barrier group: most requests on one worker (default 72).", 1, 1_000_000);

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

    /// <summary>Whether the user asked for a barrier group; what contradicts that, or the lack of it, is among the problems.</summary>
    public bool IsBarrier(FleetOptions fleet, ParseResult parsed, InputProblems problems)
    {
        string topology = parsed.GetValue(Topology) ?? Fleet;
        if (topology is not (Fleet or Barrier))
        {
            problems.Add(Topology.Name, $"'{topology}' is neither {Fleet} nor {Barrier}");
        }

        bool barrier = topology == Barrier;
        if (barrier && !parsed.GetValue(NoPrefill))
        {
            problems.Add(
                NoPrefill.Name,
                "barrier groups that compute prompts themselves are not there yet;"
                    + " with --no-prefill this one only decodes, as in the published setting");
        }

        IEnumerable<Option> idle = barrier ? fleet.OfReplicasOnly : topology == Fleet ? All.Except([Topology]) : [];
        string why = barrier ? "says nothing about a barrier group that only decodes; leave it out" : "only with --topology barrier";
        foreach (Option option in idle.Where(option => TrafficOptions.IsGiven(option, parsed)))
        {
            problems.Add(option.Name, why);
        }

        return barrier;
    }

    private Option[] All => [Topology, Workers.Option, Slots.Option, Pool.Option, NoPrefill, Balancing, Power];
}
