using System.CommandLine;
using System.Globalization;
using Plimsoll.Cli.Options;
using Plimsoll.Cli.Output;
using Plimsoll.Cli.Setup;
using Plimsoll.Core;
using Plimsoll.Metrics.Reports;
using Plimsoll.Metrics.Reports.Schedules;
using Plimsoll.Metrics.Schedules;
using Plimsoll.Policies;
using Plimsoll.Policies.Batching;
using Plimsoll.Policies.Prediction;
using Plimsoll.Serving.Replica;
using Plimsoll.Simulation.Schedules;

namespace Plimsoll.Cli.Commands;

/// <summary><c>plimsoll schedule</c>: a list of jobs on one replica in unit rounds, the setting of the scheduling papers.</summary>
internal static class ScheduleCommand
{
    private const string Help = """
        Schedule a list of jobs on one replica in unit rounds: every running job gets one token a round, and holds its prompt and k tokens
        after the k-th. Compare policies with each other, with the optimum in hindsight, and with its linear relaxation.

        The file is CSV with a header: id,prompt_tokens,output_tokens and optionally lower,upper (bounds on the output) and arrival (round).

        Examples:
          plimsoll schedule --jobs jobs.csv --kv-tokens 14 --policy mc-sf
          plimsoll schedule --jobs jobs.csv --kv-tokens 14 --policy shortest-first,a-max,a-min,a-min:bump=true --out report
          plimsoll schedule --jobs jobs.csv --kv-tokens 47 --policy mc-sf --optimal --lp-bound --json
          plimsoll schedule --prompt uniform:1:5 --output uniform:1:25 --requests 10 --replications 20 --kv-tokens 40 --policy mc-sf,svf --optimal
        """;

    public static Command Create()
    {
        var options = new ScheduleOptions();
        var command = new Command("schedule", Help);
        options.AddTo(command);
        command.SetAction(parsed => Run(parsed, options));
        return command;
    }

    private static int Run(ParseResult parsed, ScheduleOptions options)
    {
        var problems = new InputProblems();
        ulong seed = options.Output.SeedOf(parsed, problems);
        long? kvTokens = options.KvTokens.Read(parsed, problems);
        if (parsed.GetValue(options.KvTokens.Option) is null)
        {
            problems.Add("--kv-tokens", "say how much memory there is");
        }

        PredictionSpec? prediction = Predictions.Read(parsed.GetValue(options.Predict), problems);
        List<PolicyChoice<IBatchingPolicy>> policies = Policies(parsed.GetValue(options.Policy), prediction, problems);
        EngineOverrides overrides = RoundSchedule.Overrides(options.MaxSequences.Read(parsed, problems));
        JobSource? source = JobSource.From(options, parsed, problems);
        int replications = options.Replications.Read(parsed, problems) ?? 1;
        if (replications > 1 && source is { IsRandom: false })
        {
            problems.Add("--replications", "a file is the same list each time; draw lists with --prompt, --output and --requests");
        }

        double limit = options.TimeLimit.Read(parsed, problems) ?? 60;
        (bool optimal, bool relaxed) = (parsed.GetValue(options.Optimal), parsed.GetValue(options.LpBound));
        string? folder = options.Output.FolderOf(parsed, problems);
        if (problems.Any)
        {
            return Terminal.Refuse(problems);
        }

        if (optimal || relaxed)
        {
            HindsightBounds.RequireSolver();
        }

        overrides = overrides with { Relaxation = new LinearRelaxation(limit) };
        using var progress = new RunProgress(null);
        List<ScheduleReport> lists = [];
        int leftOut = 0;
        for (int replication = 0; replication < replications && !progress.Interrupted; replication++)
        {
            RandomTree random = new RandomTree(seed).Replication(replication);
            IReadOnlyList<InferenceRequest> drawn = source!.Draw(random);
            IReadOnlyList<InferenceRequest> jobs = parsed.GetValue(options.SkipTooLong) ? WhatFits(drawn, kvTokens!.Value) : drawn;
            leftOut += drawn.Count - jobs.Count;
            RequireThatAllFit(jobs, kvTokens!.Value);
            List<ScheduleRun> runs = [];
            foreach (PolicyChoice<IBatchingPolicy> policy in policies)
            {
                if (Schedule(policy, jobs, kvTokens.Value, overrides, prediction!, random, progress) is { } run)
                {
                    runs.Add(run);
                }
            }

            if (runs.Count < policies.Count)
            {
                break;
            }

            HindsightBounds? hindsight = optimal || relaxed ? new HindsightBounds(jobs, kvTokens.Value, limit, progress) : null;
            lists.Add(new ScheduleReport
            {
                Title = $"{source.Name}: {Units.Count(jobs.Count)} jobs",
                Runs = runs,
                KvTokens = kvTokens.Value,
                Optimum = optimal ? hindsight!.Optimum(runs.Select(run => run.Outcome).OfType<ScheduleOutcome>()) : null,
                RelaxationBound = relaxed ? hindsight!.RelaxationBound() : null,
                Seed = seed,
                Configuration = Configuration(source, kvTokens.Value, prediction!, overrides, replications),
            });
        }

        if (lists.Count == 0)
        {
            return ExitCode.Interrupted;
        }

        ScheduleReport report = lists[0] with
        {
            Replications = lists.Count,
            Replicated = lists.Count > 1 ? ReplicatedPolicy.From(lists) : [],
            Notes = [.. Notes(policies, prediction!), .. LeftOut(leftOut), .. Cut(lists.Count, replications)],
        };
        var forms = new ReportForms(
            writer => ScheduleHtml.Write(report, writer), stream => ScheduleJson.Write(report, stream), writer => ScheduleText.Write(report, writer));
        forms.Write(folder, parsed.GetValue(options.Output.Json));
        bool unanswered = lists.Exists(list => list.Runs.Any(run => run.Outcome is null));
        return progress.Interrupted ? ExitCode.Interrupted : unanswered ? ExitCode.Infeasible : ExitCode.Done;
    }

    private static List<PolicyChoice<IBatchingPolicy>> Policies(string? text, PredictionSpec? prediction, InputProblems problems)
    {
        List<PolicyChoice<IBatchingPolicy>> choices = [];
        foreach (string name in PolicyNames.Split(text ?? "mc-sf"))
        {
            PolicyChoice<IBatchingPolicy>? choice = PolicyCatalog.Batching.Parse(name, out IReadOnlyList<string> found);
            foreach (string problem in found)
            {
                problems.Add("--policy", problem);
            }

            if (choice is not null)
            {
                choices.Add(choice);
                Predictions.Require(choice.Entry, "--policy", prediction, problems);
            }
        }

        return choices;
    }

    private static IEnumerable<string> Cut(int done, int wanted)
    {
        if (done < wanted)
        {
            yield return $"Interrupted: {done} of {wanted} lists.";
        }
    }

    private static IEnumerable<string> LeftOut(int jobs)
    {
        if (jobs > 0)
        {
            yield return $"Left out: {jobs:#,0} jobs longer than the memory.";
        }
    }

    private static bool Fits(InferenceRequest job, long kvTokens) => job.PromptTokens + (long)job.OutputTokens <= kvTokens;

    // Their ids count from 0 again, as those of a list do; their names stay.
    private static InferenceRequest[] WhatFits(IReadOnlyList<InferenceRequest> jobs, long kvTokens) =>
    [
        .. jobs.Where(job => Fits(job, kvTokens)).Select((job, place) => job with
        {
            Id = new RequestId(place),
            Details = job.Details ?? new RequestDetails { ExternalId = job.Id.ToString() },
        }),
    ];

    private static void RequireThatAllFit(IReadOnlyList<InferenceRequest> jobs, long kvTokens)
    {
        InferenceRequest[] tooLong = [.. jobs.Where(job => !Fits(job, kvTokens))];
        if (tooLong.Length > 0)
        {
            string some = string.Join(", ", tooLong.Take(5).Select(job => job.Details?.ExternalId ?? job.Id.ToString()));
            string more = tooLong.Length > 5 ? $" and {tooLong.Length - 5:#,0} more" : "";
            throw new InfeasibleException($"no schedule exists: prompt and output of job {some}{more} together exceed {kvTokens:#,0} KV tokens; --skip-too-long leaves such jobs out");
        }
    }

    private static ScheduleRun? Schedule(
        PolicyChoice<IBatchingPolicy> policy,
        IReadOnlyList<InferenceRequest> jobs,
        long kvTokens,
        EngineOverrides overrides,
        PredictionSpec prediction,
        RandomTree random,
        RunProgress progress)
    {
        try
        {
            BatchingRules rules = policy.Create().Plan(overrides);
            ScheduleOutcome? outcome = RoundSchedule.Execute(
                jobs, kvTokens, rules, prediction, random, progress.Watch(() => false, null));
            return outcome is null ? null : new ScheduleRun(policy.ToString(), outcome);
        }
        catch (NoProgressException stuck)
        {
            return new ScheduleRun(policy.ToString(), null, stuck.Message);
        }
    }

    private static List<ReportEntry> Configuration(
        JobSource source, long kvTokens, PredictionSpec prediction, EngineOverrides overrides, int replications) =>
    [
        new("jobs", source.Name),
        new("kv_tokens", kvTokens.ToString(CultureInfo.InvariantCulture)),
        new("predict", prediction.ToString()),
        new("max_sequences", overrides.MaxSequences == int.MaxValue ? "unlimited" : $"{overrides.MaxSequences}"),
        new("replications", replications.ToString(CultureInfo.InvariantCulture)),
    ];

    private static IEnumerable<string> Notes(List<PolicyChoice<IBatchingPolicy>> policies, PredictionSpec prediction)
    {
        string[] oracles =
        [
            .. policies.Where(policy => policy.Entry.Signals.HasFlag(Signals.TrueOutputLength)).Select(policy => policy.ToString()),
        ];
        if (oracles.Length > 0)
        {
            yield return $"{string.Join(", ", oracles)} knows true output lengths: a bound for what a live fleet can do.";
        }

        if (prediction.SeesTrueLength)
        {
            yield return $"Predictions ({prediction}) are made from true output lengths.";
        }
    }
}
