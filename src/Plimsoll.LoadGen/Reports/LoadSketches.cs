using Plimsoll.Core;
using Plimsoll.LoadGen.Runs;
using Plimsoll.Metrics;

namespace Plimsoll.LoadGen.Reports;

/// <summary>
/// Gathers what the records of requests say: latencies from the intended start, of those that completed; lateness, of all.
/// </summary>
internal sealed class LoadSketches(ServiceObjectives objectives)
{
    public LatencySketch Ttft { get; } = new();

    public LatencySketch Tpot { get; } = new();

    public LatencySketch Ntpot { get; } = new();

    public LatencySketch E2e { get; } = new();

    public LatencySketch Lag { get; } = new();

    public LatencySketch Sending { get; } = new();

    public long Submitted { get; private set; }

    public long[] Outcomes { get; } = new long[Enum.GetValues<LoadOutcome>().Length];

    public long Good { get; private set; }

    public long PromptTokens { get; private set; }

    public long OutputTokens { get; private set; }

    public long CachedTokens { get; private set; }

    /// <summary>
    /// Completed requests whose prompt the server counted, and by how many tokens all together it differs from what was asked.
    /// </summary>
    public (long Counted, long AbsoluteError, long Greatest) PromptErrors { get; private set; }

    /// <summary>Completed requests that have another output length than was asked.</summary>
    public long OtherOutputLengths { get; private set; }

    public Dictionary<string, long> Reasons { get; } = new(StringComparer.Ordinal);

    public void Add(RequestRecord record)
    {
        Submitted++;
        Outcomes[(int)record.Outcome]++;
        if (record.Started >= 0)
        {
            Lag.Add(Positive(record.ScheduleLag));
        }

        if (record.Sent >= record.Started && record.Started >= 0)
        {
            Sending.Add(Positive(record.Sent - record.Started));
        }

        if (record.Reason is { } reason)
        {
            Reasons[reason] = Reasons.GetValueOrDefault(reason) + 1;
        }

        if (record.Outcome == LoadOutcome.Completed)
        {
            AddCompleted(record);
        }
    }

    public bool IsGood(RequestRecord record) => record.Outcome == LoadOutcome.Completed
        && !(objectives.Ttft is { } ttft && FirstOf(record) > ttft.Nanoseconds)
        && !(objectives.Tpot is { } tpot && record.HasTpot && record.Tpot > tpot.Nanoseconds)
        && !(objectives.E2e is { } e2e && record.E2e > e2e.Nanoseconds);

    private void AddCompleted(RequestRecord record)
    {
        Ttft.Add(Positive(FirstOf(record)));
        E2e.Add(Positive(record.E2e));
        if (record.HasTpot)
        {
            Tpot.Add(Positive(record.Tpot));
        }

        if (record.OutputLength > 0)
        {
            Ntpot.Add(Positive(record.E2e / record.OutputLength));
        }

        Good += IsGood(record) ? 1 : 0;
        PromptTokens += record.PromptLength;
        OutputTokens += record.OutputLength;
        CachedTokens += Math.Max(0, record.CachedTokens);
        OtherOutputLengths += record.OutputLength == record.OutputTokens ? 0 : 1;
        if (record.CountedPromptTokens >= 0)
        {
            long error = Math.Abs((long)record.CountedPromptTokens - record.PromptTokens);
            PromptErrors = (PromptErrors.Counted + 1, PromptErrors.AbsoluteError + error, Math.Max(PromptErrors.Greatest, error));
        }
    }

    // An answer whose tokens are all without text is first heard of at its end.
    private static long FirstOf(RequestRecord record) => record.FirstContent >= 0 ? record.Ttft : record.E2e;

    private static Duration Positive(long nanoseconds) => new(Math.Max(0, nanoseconds));
}
