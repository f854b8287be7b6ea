using Plimsoll.Core;
using Plimsoll.Metrics.Reports;

namespace Plimsoll.Metrics.Tests.Reports;

/// <summary>One page of each kind, for tests that look at them.</summary>
internal static class SamplePages
{
    /// <summary>Writes them into a folder and returns their paths.</summary>
    public static string[] Write(string folder)
    {
        (string Name, Action<TextWriter> Write)[] pages =
        [
            ("report.html", output => HtmlReport.Write(SampleRun.Simulate(), output)),
            ("comparison.html", output => ComparisonHtml.Write(Comparison(), output)),
            ("trace.html", output => Trace().WriteHtml(output)),
            ("empty.html", output => HtmlReport.Write(Empty(), output)),
        ];
        return
        [
            .. pages.Select(page =>
            {
                string path = Path.Combine(folder, page.Name);
                using StreamWriter output = new(path);
                page.Write(output);
                return path;
            }),
        ];
    }

    public static ComparisonReport Comparison() => new()
    {
        Title = "Four fleets under the same traffic",
        Runs =
        [
            Contender("vllm", 24), Contender("sarathi:budget=512", 26), Contender("mc-sf", 32), Contender("shortest-first", 25),
        ],
        Seed = 42,
        Configuration = [new("model", "Llama-3.1-8B"), new("replicas", "8")],
        Notes = ["mc-sf sees the true output length: it is an upper bound, not something a fleet can run."],
    };

    public static TraceReport Trace()
    {
        RandomStream random = new(5);
        double clock = 0;
        List<double> arrivals = [];
        List<int> prompts = [];
        List<int> outputs = [];
        for (int i = 0; i < 8000; i++)
        {
            clock += -Math.Log(random.NextOpenUnit()) / (8 + (5 * Math.Sin(clock / 90)));
            arrivals.Add(clock);
            double shared = Normal(ref random);
            prompts.Add(1 + (int)(700 * Math.Exp(1.2 * shared)));
            outputs.Add(1 + (int)(150 * Math.Exp((0.5 * Normal(ref random)) - (0.4 * shared))));
        }

        return new TraceReport
        {
            Title = "conversations.csv",
            ArrivalSeconds = arrivals,
            PromptTokens = prompts,
            OutputTokens = outputs,
            Facts = [new("format", "plimsoll"), new("sessions", "1,204")],
        };
    }

    public static RunReport Empty() => RunReport.From(new MetricsCollector()) with { Title = "Nothing happened", Partial = true };

    private static ComparedRun Contender(string name, int slots) =>
        new(name, [.. Enumerable.Range(0, 5).Select(i => SampleRun.Simulate(1500, 8, slots, (ulong)i + 1, 24))]);

    private static double Normal(ref RandomStream random) =>
        Math.Sqrt(-2 * Math.Log(random.NextOpenUnit())) * Math.Cos(2 * Math.PI * random.NextOpenUnit());
}
