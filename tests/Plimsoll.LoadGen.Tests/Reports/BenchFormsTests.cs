using System.Text;
using System.Text.Json;
using Plimsoll.Core;
using Plimsoll.LoadGen.Reports;
using Plimsoll.LoadGen.Runs;
using Plimsoll.Metrics;
using Plimsoll.Workloads.Traces;

namespace Plimsoll.LoadGen.Tests.Reports;

/// <summary>The same benchmark as JSON, text, page and table.</summary>
public sealed class BenchFormsTests
{
    private static readonly LoadResult Run = Transcripts.Run(
        2,
        Transcripts.Completed(0, 0, 1, 100, 500, 5),
        Transcripts.Completed(1, 200, 1, 300, 600, 4),
        Transcripts.Ended(2, 400, LoadOutcome.Failed, "HTTP 500: a \"quoted\", word"));

    private static BenchReport Report(double lagShare)
    {
        var measure = LoadMeasure.Of([Run], ServiceObjectives.None, lagShare);
        return new BenchReport { Title = "traffic <on> server", Measure = measure, Runs = [measure, measure], Seed = 3 };
    }

    [Fact]
    public void The_document_has_the_fields_of_the_contract()
    {
        JsonElement json = Json(Report(0.1));

        Assert.True(json.GetProperty("valid").GetBoolean());
        Assert.Equal(3, json.GetProperty("requests").GetProperty("submitted").GetInt32());
        foreach (string name in new[] { "ttft_seconds", "tpot_seconds", "itl_seconds", "ntpot_seconds", "e2e_seconds" })
        {
            Assert.All(new[] { "mean", "p50", "p90", "p95", "p99" }, part =>
                Assert.True(json.GetProperty(name).GetProperty(part).GetDouble() > 0, name));
        }

        JsonElement client = json.GetProperty("client");
        Assert.True(client.GetProperty("schedule_lag_seconds").GetProperty("p99").GetDouble() > 0);
        Assert.Equal((0.2, false), (client.GetProperty("cpu_utilization").GetDouble(), client.GetProperty("bottleneck").GetBoolean()));
        Assert.Equal(1, json.GetProperty("goodput").GetProperty("requests_per_second").GetDouble());
        Assert.Equal(2, json.GetProperty("repeats").GetProperty("count").GetInt32());
        Assert.Equal(0.1, json.GetProperty("repeats").GetProperty("ttft_seconds_mean").GetProperty("ci95")[0].GetDouble());
    }

    [Fact]
    public void Every_form_refuses_what_the_client_spoiled()
    {
        BenchReport report = Report(0.001);
        var text = new StringWriter();
        var page = new StringWriter();
        BenchText.Write(report, text);
        BenchHtml.Write(report, page);

        Assert.False(Json(report).GetProperty("valid").GetBoolean());
        Assert.Equal(ClientVerdict.Refusal, Json(report).GetProperty("why_not_valid")[0].GetString());
        Assert.Contains(ClientVerdict.Refusal, text.ToString(), StringComparison.Ordinal);
        Assert.Contains(ClientVerdict.Refusal, page.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("<on>", page.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_table_is_a_trace()
    {
        var table = new StringWriter();
        RequestCsv.Write(Run.Records, table);
        var problems = new TraceProblems();
        ITraceSource? trace = TraceReader.Open("requests.csv", new MemoryStream(Encoding.UTF8.GetBytes(table.ToString())),
            new TraceOptions(), problems);
        var read = new InferenceRequest[8];

        Assert.Equal(3, trace!.Read(read));
        Assert.Equal(0, problems.Total);
        Assert.Equal(Run.Records.Select(record => (record.Intended, record.PromptLength, 0)),
            read[..3].Select(request => (request.Arrival.Nanoseconds, request.PromptTokens, 0)));
        Assert.Equal([5, 4, 5], read[..3].Select(request => request.OutputTokens));
        Assert.Equal("0,10,5,0,0.1,0.5,0.1,0.001,completed,0.001,2,4,200,", table.ToString().Split('\n')[1]);
        Assert.EndsWith("failed,0,0,,,\"HTTP 500: a \"\"quoted\"\", word\"", table.ToString().Split('\n')[3], StringComparison.Ordinal);
    }

    private static JsonElement Json(BenchReport report)
    {
        var stream = new MemoryStream();
        BenchJson.Write(report, stream);
        return JsonDocument.Parse(stream.ToArray()).RootElement;
    }
}
