using System.Runtime.InteropServices;
using Plimsoll.Core;

namespace Plimsoll.Workloads.Statistics;

/// <summary>
/// Gathers statistics in one pass over requests in order of arrival. Keeps two whole numbers a request, so that percentiles are exact,
/// and one number for each distinct prefix hash and session.
/// </summary>
public sealed class TraceStatisticsCollector
{
    private readonly List<int> _prompts = [];
    private readonly List<int> _outputs = [];
    private readonly RateSeriesBuilder _rate = new();
    private readonly HashSet<ulong> _blocks = [];
    private readonly Dictionary<string, int> _turns = [];
    private BinCounter _tenSeconds = new(10_000_000_000);
    private BinCounter _minutes = new(60_000_000_000);
    private Instant _first;
    private Instant _last;
    private double _gapMean;
    private double _gapSquares;
    private long _blocksTotal;
    private long _blocksSeen;
    private long _blocksInPrefix;
    private long _hits;

    /// <summary>Statistics of all that is left of a source.</summary>
    public static TraceStatistics Of(IRequestSource requests)
    {
        TraceStatisticsCollector collector = new();
        InferenceRequest[] block = new InferenceRequest[1024];
        for (int read = requests.Read(block); read > 0; read = requests.Read(block))
        {
            foreach (ref readonly InferenceRequest request in block.AsSpan(0, read))
            {
                collector.Add(request);
            }
        }

        return collector.Build();
    }

    /// <summary>Takes in one request, which arrives no earlier than the one before.</summary>
    public void Add(in InferenceRequest request)
    {
        AddArrival(request.Arrival);
        _prompts.Add(request.PromptTokens);
        _outputs.Add(request.OutputTokens);
        if (request.Details is { } details)
        {
            AddBlocks(details.PrefixHashArray);
            AddSession(details.Session);
        }
    }

    /// <summary>The statistics of the requests so far.</summary>
    public TraceStatistics Build()
    {
        int count = _prompts.Count;
        if (count == 0)
        {
            return new TraceStatistics { Requests = 0 };
        }

        int[] prompts = Sorted(_prompts);
        int[] outputs = Sorted(_outputs);
        int[] turns = [.. _turns.Values.Order()];
        return new TraceStatistics
        {
            Requests = count,
            Arrivals = _last > _first ? Arrivals() : null,
            Prompt = LengthSummary.Of(prompts),
            Output = LengthSummary.Of(outputs),
            PromptHistogram = LengthHistogram.Of(prompts),
            OutputHistogram = LengthHistogram.Of(outputs),
            Pearson = Correlation.Pearson(CollectionsMarshal.AsSpan(_prompts), CollectionsMarshal.AsSpan(_outputs)),
            Spearman = Correlation.Spearman(CollectionsMarshal.AsSpan(_prompts), CollectionsMarshal.AsSpan(_outputs), prompts, outputs),
            Reuse = _blocksTotal == 0 ? null : new PrefixReuse(
                (double)_blocksSeen / _blocksTotal, (double)_blocksInPrefix / _blocksTotal, _blocks.Count, (double)_hits / count),
            Sessions = turns.Length,
            TurnsPerSessionP50 = turns.Length == 0 ? 0 : LengthSummary.Percentile(turns, 0.5),
        };
    }

    private static int[] Sorted(List<int> values)
    {
        int[] sorted = [.. values];
        Array.Sort(sorted);
        return sorted;
    }

    private void AddArrival(Instant arrival)
    {
        int earlier = _prompts.Count;
        _first = earlier == 0 ? arrival : _first;
        if (earlier > 0)
        {
            double gap = (arrival - _last).Seconds;
            double distance = gap - _gapMean;
            _gapMean += distance / earlier;
            _gapSquares += distance * (gap - _gapMean);
        }

        _last = arrival;
        long since = (arrival - _first).Nanoseconds;
        _tenSeconds.Add(since);
        _minutes.Add(since);
        _rate.Add(since);
    }

    private void AddBlocks(ulong[] hashes)
    {
        int seen = 0;
        int run = 0;
        for (int i = 0; i < hashes.Length; i++)
        {
            bool known = _blocks.Contains(hashes[i]);
            run += known && run == i ? 1 : 0;
            seen += known ? 1 : 0;
        }

        _blocks.UnionWith(hashes);
        _blocksTotal += hashes.Length;
        _blocksSeen += seen;
        _blocksInPrefix += run;
        _hits += run > 0 ? 1 : 0;
    }

    private void AddSession(string? session)
    {
        if (session is not null)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_turns, session, out _)++;
        }
    }

    private ArrivalSummary Arrivals()
    {
        int count = _prompts.Count;
        double span = (_last - _first).Seconds;
        double variation = Math.Sqrt(_gapSquares / (count - 1)) / _gapMean;
        return new ArrivalSummary(span, count / span, variation, _tenSeconds.PeakOverMean, _minutes.Variation, _rate.Build());
    }
}
