using Plimsoll.Core;
using Plimsoll.Workloads.Statistics;
using Plimsoll.Workloads.Traces;
using Plimsoll.Workloads.Traces.Formats;

namespace Plimsoll.Workloads.Tests.Traces;

public sealed class ServeGenTests
{
    private const string Lengths =
        """
        {"0": {"input_tokens": "{10: 0.25, 20: 0.75}", "output_tokens": "{0: 1.0}", "reason_ratio": "{0.5: 1.0}"},
         "2000": {"input_tokens": "{}", "output_tokens": "{}"}, "3000": {"input_tokens": "{7: 2}", "output_tokens": "{3: 1}"}}
        """;

    private static readonly MadeUpFolder Folder = new(
        ("chunk-2-trace.csv", "0,0,0,,0,0\n1000,5,1,Gamma,1,0.2\n2000,0,0,,0,0\n3000,2,3,Weibull,0.5,1\n"),
        ("chunk-2-dataset.json", Lengths),
        ("chunk-10-trace.csv", "0,1,0.5,Gamma,4,0.25\n1000,1,4,Gamma,0.0625,16\n2000,1,1,,0,0\n3000,1,1,Gamma,1,1\n"),
        ("chunk-10-dataset.json", Lengths),
        ("chunk-11-trace.csv", "0,1,1,Gamma,1,1\n"),
        ("clients.csv", "not read"));

    [Fact]
    public void Requests_have_the_rates_lengths_and_clients_of_the_model()
    {
        List<InferenceRequest> requests = All(new TraceOptions { RateScale = 10 }, out ITraceSource source);
        Draw.AreNumberedInOrder(requests);
        Assert.Contains("client 11 is left out: its lengths are not in the folder", source.Notes.Remarks);
        Assert.Equal(40_000, requests.Count(request => request.Details!.Client == "client-10"), 2000.0);
        List<InferenceRequest> two = [.. requests.Where(request => request.Details!.Client == "client-2")];
        Assert.Equal(50_000, two.Count(request => request.Arrival < Instant.FromSeconds(2000)), 1000.0);
        Assert.Equal(20_000, two.Count(request => request.Arrival >= Instant.FromSeconds(3000)), 1500.0);
        Assert.DoesNotContain(two, request => request.Arrival < Instant.FromSeconds(1000));
        Assert.DoesNotContain(two, request => request.Arrival > Instant.FromSeconds(2000) && request.Arrival < Instant.FromSeconds(3000));
        Assert.All(
            requests.Where(request => request.Arrival >= Instant.FromSeconds(3000)),
            request => Assert.Equal((7, 3), (request.PromptTokens, request.OutputTokens)));
        List<InferenceRequest> early = [.. requests.Where(request => request.Arrival < Instant.FromSeconds(3000))];
        Assert.All(early, request => Assert.Equal(1, request.OutputTokens));
        Assert.Equal(17.5, early.Average(request => request.PromptTokens), 0.1);
    }

    [Fact]
    public void A_window_counts_from_its_own_start_and_repeats()
    {
        TraceOptions options = new()
        {
            WindowStart = Duration.FromSeconds(900),
            WindowLength = Duration.FromSeconds(300),
            Random = new RandomTree(4),
        };
        List<InferenceRequest> requests = All(options, out _);
        Assert.Equal(requests.Select(Fields), All(options, out _).Select(Fields));
        Assert.Equal(1300, requests.Count, 250.0);
        Assert.All(requests, request => Assert.InRange(request.Arrival.Seconds, 0, 300));
        Assert.InRange(requests.First(request => request.Details!.Client == "client-2").Arrival.Seconds, 100, 105);
        Assert.Empty(All(options with { WindowStart = Duration.FromSeconds(1e6) }, out _));
    }

    [Fact]
    public void Statistics_of_the_model_need_no_draw()
    {
        ServeGenStatistics statistics = ServeGenStatistics.Of(ServeGenModel.Read(Folder, new TraceProblems())!);
        Assert.Equal((2, 4, 11_000), (statistics.Clients, statistics.Windows, statistics.RequestsEstimated));
        Assert.Equal((2.75, 6), (statistics.MeanRate, statistics.PeakRate));
        Assert.Equal(1, statistics.ClientWindowVariationP50);
    }

    [Theory]
    [InlineData("", "{}", 0, "", "there are no windows in the file")]
    [InlineData("0,x,1,Gamma,1,1", "{}", 1, "requests per second", "is not a number in range")]
    [InlineData("0,1,1,Pareto,1,1", "{}", 1, "family", "is neither Gamma nor Weibull")]
    [InlineData("0,1,1,Gamma,0,1", "{}", 1, "shape", "is not between 0.001 and 1000000")]
    [InlineData("600,1,1,Gamma,1,1\n0,1,1,Gamma,1,1", "{}", 2, "window start", "is not a time in seconds after the one before")]
    [InlineData("0,1,1,Gamma,1,1", "{", 1, "", "this is not valid JSON")]
    [InlineData("0,1,1,Gamma,1,1", "[]", 0, "", "there are no lengths in the file")]
    [InlineData(
        "0,1,1,Gamma,1,1", """{"0": {"input_tokens": "{1 2}"}}""", 0, "0", "its lengths are not written as {length: probability, …}")]
    [InlineData("0,1,1,Gamma,1,1", """{"x": {}}""", 0, "x", "is not a time in seconds")]
    [InlineData("0,1,1,Gamma,1,1", """{"0": 5}""", 0, "0", "is not an object")]
    public void What_is_wrong_in_a_folder_is_said(string trace, string dataset, long line, string field, string reason)
    {
        TraceProblems problems = new();
        ITraceSource? source = TraceReader.OpenFolder(
            new MadeUpFolder(("chunk-0-trace.csv", trace), ("chunk-0-dataset.json", dataset)), new TraceOptions(), problems);
        Assert.Null(source);
        Assert.Equal((line, field, reason), (problems.Kept[0].Line, problems.Kept[0].Field, problems.Kept[0].Reason));
        Assert.Contains("is not a ServeGen folder", problems.Kept[^1].Reason, StringComparison.Ordinal);
    }

    private static (RequestId, Instant, int, int, string?) Fields(InferenceRequest request) =>
        (request.Id, request.Arrival, request.PromptTokens, request.OutputTokens, request.Details!.Client);

    private static List<InferenceRequest> All(TraceOptions options, out ITraceSource source)
    {
        TraceProblems problems = new();
        source = TraceReader.OpenFolder(Folder, options, problems)!;
        List<InferenceRequest> requests = Draw.All(source, 100);
        Assert.Empty(problems.Kept);
        return requests;
    }
}
