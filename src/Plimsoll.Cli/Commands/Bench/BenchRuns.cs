using System.Globalization;
using Plimsoll.Cli.Output;
using Plimsoll.Cli.Setup;
using Plimsoll.Cli.Setup.Bench;
using Plimsoll.Core;
using Plimsoll.LoadGen.Reports;
using Plimsoll.LoadGen.Runs;
using Plimsoll.Metrics.Reports;

namespace Plimsoll.Cli.Commands.Bench;

/// <summary>The runs of a benchmark: repeated, or a search; and what they say together.</summary>
internal sealed class BenchRuns(BenchInput input, Traffic traffic, BenchSession session, LoadProgress progress, ulong seed)
{
    private readonly List<LoadResult> _results = [];
    private readonly List<LoadMeasure> _measures = [];
    private RateSearch? _search;

    /// <summary>Those that the report is about.</summary>
    public IReadOnlyList<LoadResult> Results => _results;

    /// <summary>The same traffic several times; where it is random, each run draws its own.</summary>
    public void Repeat(IReadOnlyList<InferenceRequest> first)
    {
        for (int run = 0; run < input.Repeats && !progress.Interrupted; run++)
        {
            RandomTree random = new RandomTree(seed).Replication(run);
            IReadOnlyList<InferenceRequest> requests = run == 0 || !traffic.IsRandom ? first
                : BenchTraffic.Read(traffic, random, new InputProblems()) ?? first;
            string task = input.Repeats == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"run {run + 1} of {input.Repeats}, ");
            Keep(session.Run(requests, traffic.ClosedConcurrency, random.Seed, task));
        }
    }

    /// <summary>Bisection for the highest rate that keeps the SLO.</summary>
    public void Search(BenchSearchRange range, IReadOnlyList<InferenceRequest> first)
    {
        var made = new Dictionary<double, List<(LoadResult, LoadMeasure)>>();
        int count = 0;
        _search = RateSearch.Find(range.Low, range.High, range.Trials, range.Tolerance, Try);
        foreach ((LoadResult, LoadMeasure) run in made.GetValueOrDefault(_search.Rate > 0 ? _search.Rate : range.Low) ?? [])
        {
            Keep(run);
        }

        RateTrial? Try(double rate, int trial)
        {
            // Each trial has text and, where it is random, traffic of its own: a cache must not remember the one before.
            RandomTree random = new RandomTree(seed).Replication(count++);
            IReadOnlyList<InferenceRequest> drawn = count == 1 || !traffic.IsRandom ? first
                : BenchTraffic.Read(traffic, random, new InputProblems()) ?? first;
            string task = $"{Units.Number(rate)} requests/s, trial {trial + 1} of {range.Trials}, ";
            (LoadResult result, LoadMeasure measure) = session.Run(BenchTraffic.AtRate(drawn, rate), null, random.Seed, task);
            double good = measure.Throughput.GoodputFraction;
            if (!made.TryGetValue(rate, out List<(LoadResult, LoadMeasure)>? runs))
            {
                made[rate] = runs = [];
            }

            runs.Add((result, measure));
            return progress.Interrupted ? null : new RateTrial(rate, trial, good, good >= input.Slo!.Quantile);
        }
    }

    public BenchReport Report()
    {
        LoadMeasure all = _measures.Count == 1 ? _measures[0]
            : LoadMeasure.Of(_results, input.Objectives, input.LagBound) with { Server = _measures[0].Server };
        return new BenchReport
        {
            Title = $"{traffic.Name} on {session.Model} at {input.Target.Authority}",
            Measure = all,
            Runs = _measures,
            Search = _search,
            Objectives = input.Objectives,
            Seed = seed,
            Configuration = [.. traffic.Configuration, .. input.Configuration, new("model", session.Model),
                new("prompts", session.Text.Description)],
            Notes = [.. NotesOn(all)],
            Partial = progress.Interrupted,
        };
    }

    private void Keep((LoadResult Result, LoadMeasure Measure) run)
    {
        _results.Add(run.Result);
        _measures.Add(run.Measure);
    }

    private IEnumerable<string> NotesOn(LoadMeasure all)
    {
        if (progress.Interrupted)
        {
            yield return "The benchmark was interrupted: the numbers cover its beginning only.";
        }

        if (all.PromptErrorTokens > 0)
        {
            yield return $"The server counted {Units.Number(all.PromptErrorTokens)} prompt tokens more or fewer than asked in the mean, {Units.Count(all.GreatestPromptErrorTokens)} at most.";
        }

        if (double.IsNaN(all.PromptErrorTokens) && all.Requests.Completed > 0)
        {
            yield return "The server does not count tokens in its answers: lengths of outputs are pieces with content, which may hold several tokens.";
        }

        if (all.OtherOutputLengths > 0)
        {
            yield return $"{Units.Count(all.OtherOutputLengths)} answers have another length than was asked; does the server take ignore_eos and min_tokens?";
        }

        if (session.LacksMetrics)
        {
            yield return "The server showed no metrics page.";
        }

        if (all.Client.MachineUtilization > 0.95)
        {
            yield return $"This machine was {Units.Percent(all.Client.MachineUtilization)} busy: whatever else runs on it slowed the measurement.";
        }

        if (_measures.Count > 1 && _measures[0].Server is not null)
        {
            yield return "The server's own account is that of the first run.";
        }
    }
}
