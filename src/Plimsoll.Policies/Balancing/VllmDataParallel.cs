using Plimsoll.Core;

namespace Plimsoll.Policies.Balancing;

/// <summary>
/// The oldest request goes to the worker with the smallest 4 · waiting + running that has a free slot; at a tie the lowest number.
/// </summary>
/// <remarks>
/// <para>
/// What it has sent in this call counts as waiting. In vLLM the numbers come from a coordinator, up to 100 ms late, and a worker is never
/// full, because it queues itself; here they are current and a worker without a free slot is passed over. With one front end the scan
/// starts at worker 0.
/// </para>
/// <para>Signals: Queue.</para>
/// <para>A bad idea when requests differ in length: equal numbers are not equal loads.</para>
/// <para>Source: vLLM since 0.10, internal data-parallel balancing (vLLM v1 engine, section 7).</para>
/// </remarks>
public sealed class VllmDataParallel : OneByOne
{
    private const int WaitingWeight = 4;

    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IBalancingPolicy> Entry { get; } = new()
    {
        Name = "vllm-dp",
        Summary = "The worker with the smallest 4 · waiting + running that has a free slot (at a tie the lowest number).",
        BadIdea = "When requests differ in length: equal numbers of requests are not equal loads.",
        Source = "vLLM since 0.10: its internal balancing over data-parallel ranks.",
        Signals = Signals.Queue,
        Create = _ => new VllmDataParallel(),
    };

    private protected override int Choose(
        int promptTokens, ReadOnlySpan<int> open, ReadOnlySpan<WorkerView> workers, ref RandomStream random)
    {
        int best = open[0];
        foreach (int worker in open[1..])
        {
            best = Score(workers[worker]) < Score(workers[best]) ? worker : best;
        }

        return best;
    }

    private static long Score(in WorkerView worker) => worker.Requests + ((WaitingWeight - 1L) * worker.WaitingRequests);
}
