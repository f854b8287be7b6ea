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
        string? path = parsed.GetValue(options.Jobs);
        JobFile? jobs = path is null ? null : JobFile.Read(path, problems);
        if (path is null)
        {
            problems.Add("--jobs", "give a file of jobs");
        }

        double limit = options.TimeLimit.Read(parsed, problems) ?? 60;
        (bool optimal, bool relaxed) = (parsed.GetValue(options.Optimal), parsed.GetValue(options.LpBound));
        string? folder = options.Output.FolderOf(parsed, problems);
        if (problems.Any)
        {
            return Terminal.Refuse(problems);
        }

        RequireThatAllFit(jobs!, kvTokens!.Value);
        if (optimal || relaxed)
        {
            HindsightBounds.RequireSolver();
        }

        overrides = overrides with { Relaxation = new LinearRelaxation(limit) };
        using var progress = new RunProgress((long)jobs!.Jobs.Count * policies.Count);
        List<ScheduleRun> runs = [];
        foreach (PolicyChoice<IBatchingPolicy> policy in policies)
        {
            if (Schedule(policy, jobs, kvTokens.Value, overrides, prediction!, seed, progress) is not { } run)
            {
                return ExitCode.Interrupted;
            }

            runs.Add(run);
        }

        HindsightBounds? hindsight = optimal || relaxed ? new HindsightBounds(jobs.Jobs, kvTokens.Value, limit, progress) : null;
        var report = new ScheduleReport
        {
            Title = $"{jobs.Name}: {Units.Count(jobs.Jobs.Count)} jobs",
            Runs = runs,
            KvTokens = kvTokens.Value,
            Optimum = optimal ? hindsight!.Optimum(runs.Select(run => run.Outcome).OfType<ScheduleOutcome>()) : null,
            RelaxationBound = relaxed ? hindsight!.RelaxationBound() : null,
            Seed = seed,
            Configuration = Configuration(jobs, kvTokens.Value, prediction!, overrides),
            Notes = [.. Notes(policies, prediction!)],
        };
        var forms = new ReportForms(
            writer => ScheduleHtml.Write(report, writer), stream => ScheduleJson.Write(report, stream), writer => ScheduleText.Write(report, writer));
        forms.Write(folder, parsed.GetValue(options.Output.Json));
        return progress.Interrupted ? ExitCode.Interrupted : runs.Exists(run => run.Outcome is null) ? ExitCode.Infeasible : ExitCode.Done;
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
                Predictions.Require(choice, "--policy", prediction, problems);
            }
        }

        return choices;
    }

    private static void RequireThatAllFit(JobFile jobs, long kvTokens)
    {
        InferenceRequest[] tooLong = [.. jobs.Jobs.Where(job => job.PromptTokens + (long)job.OutputTokens > kvTokens)];
        if (tooLong.Length > 0)
        {
            string some = string.Join(", ", tooLong.Take(5).Select(job => job.Details?.ExternalId ?? job.Id.ToString()));
            string more = tooLong.Length > 5 ? $" and {tooLong.Length - 5:#,0} more" : "";
            throw new InfeasibleException($"no schedule exists: prompt and output of job {some}{more} together exceed {kvTokens:#,0} KV tokens");
        }
    }

    private static ScheduleRun? Schedule(
        PolicyChoice<IBatchingPolicy> policy,
        JobFile jobs,
        long kvTokens,
        EngineOverrides overrides,
        PredictionSpec prediction,
        ulong seed,
        RunProgress progress)
    {
        try
        {
            BatchingRules rules = policy.Create().Plan(overrides);
            var random = new RandomTree(seed);
            ScheduleOutcome? outcome = RoundSchedule.Execute(
                jobs.Jobs, kvTokens, rules, prediction, random, progress.Watch(() => false, null));
            return outcome is null ? null : new ScheduleRun(policy.ToString(), outcome);
        }
        catch (NoProgressException stuck)
        {
            return new ScheduleRun(policy.ToString(), null, stuck.Message);
        }
    }

    private static List<ReportEntry> Configuration(JobFile jobs, long kvTokens, PredictionSpec prediction, EngineOverrides overrides) =>
    [
        new("jobs", jobs.Name),
        new("kv_tokens", kvTokens.ToString(CultureInfo.InvariantCulture)),
        new("predict", prediction.ToString()),
        new("max_sequences", overrides.MaxSequences == int.MaxValue ? "unlimited" : $"{overrides.MaxSequences}"),
    ];

    private static IEnumerable<string> Notes(List<PolicyChoice<IBatchingPolicy>> policies, PredictionSpec prediction)
    {
        string[] oracles = [.. policies.Where(policy => policy.Entry.Signals.HasFlag(Signals.TrueOutputLength)).Select(policy => policy.ToString())];
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
