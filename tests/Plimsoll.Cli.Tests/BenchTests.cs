using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Plimsoll.Core;
using Plimsoll.Gateway.Emulation;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Replica;

namespace Plimsoll.Cli.Tests;

/// <summary><c>plimsoll bench</c> against an emulated engine in this process.</summary>
public sealed class BenchTests
{
    // Bounds that no busy machine of a test exceeds: what is tested here is not this machine.
    private static readonly string[] Lenient = ["--lag-bound", "1000", "--json"];

    [Fact]
    public async Task An_engine_is_measured_with_prompts_of_exactly_their_lengths_and_its_own_account_beside()
    {
        await using EmulatorServer server = await StartAsync();

        JsonElement json = Run(server,
            ["--prompt", "uniform:20:200", "--output", "const:8", "--arrivals", "poisson:100", "--requests", "60",
            .. Lenient]).Succeeded().Json;

        Assert.True(json.GetProperty("valid").GetBoolean());
        Assert.Equal((60, 60), (Count(json, "submitted"), Count(json, "completed")));
        Assert.Equal(0, json.GetProperty("prompt_tokens").GetProperty("greatest_error").GetInt32());
        Assert.Equal(0, json.GetProperty("other_output_lengths").GetInt32());

        // Steps take 10 ms: no token comes before its step ends.
        Assert.True(json.GetProperty("ttft_seconds").GetProperty("min").GetDouble() >= 0.009);
        Assert.True(json.GetProperty("e2e_seconds").GetProperty("min").GetDouble() >= 0.079);
        Assert.Equal(60, json.GetProperty("server").GetProperty("e2e_seconds").GetProperty("count").GetInt32());
        Assert.True(json.GetProperty("server").GetProperty("e2e_seconds").GetProperty("mean").GetDouble() <= json.GetProperty("e2e_seconds").GetProperty("mean").GetDouble() + 0.002);
        Assert.Equal(60 * 8, json.GetProperty("server").GetProperty("output_tokens").GetInt32());
    }

    [Theory]
    [InlineData("--api", "chat")]
    [InlineData("--api", "completions")]
    [InlineData("--token-ids")]
    public async Task Each_way_of_asking_works_in_a_closed_loop(params string[] way)
    {
        await using EmulatorServer server = await StartAsync();

        JsonElement json = Run(server,
            ["--prompt", "const:100", "--output", "const:3", "--arrivals", "closed:5", "--requests", "30", .. way,
            .. Lenient]).Succeeded().Json;

        Assert.Equal(30, Count(json, "completed"));
        Assert.Equal(0, json.GetProperty("prompt_tokens").GetProperty("greatest_error").GetInt32());
    }

    [Fact]
    public async Task Its_table_of_requests_is_a_trace_with_the_times_of_the_one_that_was_replayed()
    {
        using var scratch = new Scratch();
        string trace = scratch.Write("trace.csv", Scratch.Header + "0,100,3\n0.0123,50,4\n0.0123,64,2\n0.2,80,5\n");
        await using EmulatorServer server = await StartAsync();

        CliResult result = scratch.Run(["bench", "--url", server.Address.ToString(), "--trace", trace, "--out", "report",
            .. Lenient]).Succeeded();

        string[] rows = scratch.Read("report/requests.csv").Split('\n');
        Assert.Equal(["0,100,3", "0.0123,50,4", "0.0123,64,2", "0.2,80,5"],
            rows[1..5].Select(row => string.Join(',', row.Split(',')[..3])));
        Assert.Equal(["report.html", "report.json", "requests.csv"], scratch.NamesIn("report"));
        Assert.Equal(scratch.Read("report/report.json"), result.Output);
        JsonElement simulated = scratch.Run("simulate", "--trace", "report/requests.csv", "--step-time", "const:0.01", "--kv-tokens",
            "10000", "--json").Succeeded().Json;
        Assert.Equal(4, Count(simulated, "completed"));
    }

    [Fact]
    public async Task Shared_prefixes_are_found_in_the_cache_and_nothing_else_is()
    {
        await using EmulatorServer server = await StartAsync();
        string[] traffic = ["--prompt", "const:160", "--output", "const:2", "--arrivals", "closed:1", "--requests", "10"];

        JsonElement alone = Run(server, [.. traffic, .. Lenient]).Succeeded().Json;
        JsonElement shared = Run(server, [.. traffic, "--shared-prefix", "128", "--seed", "2", .. Lenient]).Succeeded().Json;

        Assert.Equal(0, alone.GetProperty("server").GetProperty("prefix_cache_hit_tokens").GetInt32());
        Assert.InRange(shared.GetProperty("server").GetProperty("prefix_cache_hit_tokens").GetInt32(), 9 * 112, 9 * 128);
    }

    [Fact]
    public async Task Repeated_runs_come_with_intervals()
    {
        await using EmulatorServer server = await StartAsync();

        JsonElement json = Run(server,
            ["--prompt", "const:20", "--output", "const:2", "--arrivals", "constant:200", "--requests", "20", "--repeats", "3",
            .. Lenient]).Succeeded().Json;

        JsonElement interval = json.GetProperty("repeats").GetProperty("ttft_seconds_mean");
        Assert.Equal((60, 3), (Count(json, "submitted"), json.GetProperty("repeats").GetProperty("count").GetInt32()));
        Assert.InRange(interval.GetProperty("mean").GetDouble(), interval.GetProperty("ci95")[0].GetDouble(),
            interval.GetProperty("ci95")[1].GetDouble());
    }

    [Fact]
    public async Task The_highest_rate_that_keeps_a_promise_is_searched_for()
    {
        // One request at a time, ten steps of 10 ms each: ten a second and no more. The median does not mind a moment in which this machine
        // stood.
        await using EmulatorServer server = await StartAsync(sequences: 1);

        JsonElement json = Run(server,
            ["--prompt", "const:20", "--output", "const:10", "--arrivals", "constant:1", "--requests", "12", "--slo", "ttft=200ms@p50",
            "--find-rate", "1:60", "--trials", "1", "--tolerance", "0.5", .. Lenient]).Succeeded().Json;

        JsonElement search = json.GetProperty("search");
        Assert.InRange(search.GetProperty("requests_per_second").GetDouble(), 1, 20);
        Assert.True(search.GetProperty("every_trial_failed_requests_per_second").GetDouble() > 5);
        Assert.True(search.GetProperty("trials").GetArrayLength() >= 4);
    }

    [Fact]
    public async Task A_promise_that_no_rate_keeps_ends_with_three()
    {
        await using EmulatorServer server = await StartAsync();

        CliResult result = Run(server,
            ["--prompt", "const:20", "--output", "const:10", "--arrivals", "constant:1", "--requests", "5", "--slo", "ttft=1us",
            "--find-rate", "5:60", "--trials", "1", .. Lenient]);

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("not even the lowest rate keeps the SLO", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_result_that_the_client_spoiled_is_marked_and_ends_with_three()
    {
        // One stop of all threads for a moment would do; here not the least lateness is allowed beyond a tenth of a millisecond at 50,000 a
        // second.
        await using EmulatorServer server = await StartAsync(stepSeconds: 0.0001);

        CliResult result = Run(server, "--prompt", "const:1000", "--output", "const:1", "--arrivals", "backlog", "--requests", "3000",
            "--lag-bound", "0", "--json");

        Assert.Equal(3, result.ExitCode);
        Assert.False(result.Json.GetProperty("valid").GetBoolean());
        Assert.True(result.Json.GetProperty("client").GetProperty("bottleneck").GetBoolean());
        Assert.Contains("not a measurement of the server: the client was the bottleneck", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interruption_keeps_what_there_is_and_marks_it_partial()
    {
        await using EmulatorServer server = await StartAsync();
        using Process process = Cli.Start(null, [
            "bench", "--url", server.Address.ToString(), "--prompt", "const:20", "--output", "const:2", "--arrivals", "constant:20", "--requests", "100000", .. Lenient]);

        // The warm-up has 24 requests; what comes after them is the run.
        await using var client = new MetricsReader(server.Address);
        await client.UntilAsync("vllm:request_success_total", 30);
        using Process kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
        CliResult result = Cli.Finish(process);

        Assert.Equal(130, result.ExitCode);
        Assert.True(result.Json.GetProperty("partial").GetBoolean());
        Assert.True(Count(result.Json, "completed") > 0);
        Assert.Equal(Count(result.Json, "submitted"), Count(result.Json, "completed") + Count(result.Json, "in_flight"));
    }

    [Fact]
    public void Every_wrong_option_is_named_at_once() => Cli
        .Run(
            "bench", "--url", "nowhere", "--api", "talk", "--prompt", "some", "--output", "const:0", "--arrivals", "ramp:1:x:5", "--requests", "0", "--slo", "fast=1s",
            "--find-rate", "9:3", "--trials", "2", "--body-json", "{\"stream\":false}", "--tokenizer", "missing.json", "--api-key-env", "NO_SUCH_KEY",
            "--metrics-url", "here", "--lag-bound", "-1", "--prefix-groups", "2")
        .Refused(
            "'nowhere' is not the address", "'talk'", "'some'", "const:0", "ramp:1:x:5", "--requests: '0'", "'fast'", "'9:3'", "--trials: give an odd number",
            "'stream' is set by the benchmark", "there is no file 'missing.json'", "'NO_SUCH_KEY'", "--metrics-url", "--lag-bound", "--prefix-groups");

    [Fact]
    public void Options_that_exclude_each_other_are_refused() => Cli
        .Run(
            "bench", "--url", "http://127.0.0.1:1", "--prompt", "const:1", "--output", "const:1", "--arrivals", "closed:2", "--requests", "5", "--token-ids", "--api", "chat",
            "--chars-per-token", "4", "--find-rate", "1:2", "--repeats", "2")
        .Refused("--token-ids", "--chars-per-token", "--find-rate: a closed loop", "--find-rate needs to know what must be kept",
            "--repeats");

    [Fact]
    public void A_tokenizer_that_cannot_be_read_is_refused_with_its_reasons()
    {
        using var scratch = new Scratch();
        scratch.Write("tokenizer.json", """{"model":{"type":"Unigram"}}""");

        scratch.Run("bench", "--url", "http://127.0.0.1:1", "--prompt", "const:1", "--output", "const:1", "--arrivals", "closed:2",
            "--requests", "5", "--tokenizer", "tokenizer.json")
            .Refused("tokenizer.json: model.type: 'Unigram'", "tokenizer.json: model.vocab");
    }

    [Fact]
    public void A_server_that_is_not_there_is_a_failure_that_says_so()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        CliResult result = Cli.Run("bench", "--url", $"http://127.0.0.1:{port}", "--prompt", "const:1", "--output", "const:1",
            "--arrivals", "closed:2", "--requests", "5");

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Contains("cannot be reached", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_of_something_else_is_a_failure_that_shows_what_it_said()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task answering = AnswerAsync(listener, "<html>It works!</html>");
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;

        CliResult result = await Task.Run(() => Cli.Run(
            "bench", "--url", $"http://127.0.0.1:{port}", "--prompt", "const:1", "--output", "const:1", "--arrivals", "closed:2", "--requests", "5"));
        listener.Stop();
        await answering;

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Contains("does not answer with a list of models: <html>It works!</html>", result.Error, StringComparison.Ordinal);
    }

    private static async Task AnswerAsync(TcpListener listener, string body)
    {
        try
        {
            while (true)
            {
                using TcpClient client = await listener.AcceptTcpClientAsync();
                _ = await client.GetStream().ReadAsync(new byte[4096]);
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
            }
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException or IOException)
        {
            // The test has ended.
        }
    }

    private static CliResult Run(EmulatorServer server, params string[] arguments) =>
        Cli.Run(["bench", "--url", server.Address.ToString(), .. arguments]);

    private static int Count(JsonElement json, string name) => json.GetProperty("requests").GetProperty(name).GetInt32();

    private static Task<EmulatorServer> StartAsync(double stepSeconds = 0.010, int sequences = 256) => EmulatorServer.StartAsync(
        new EmulatorOptions
        {
            Model = "little",
            Replica = new ReplicaConfiguration(
                new BatchingRules { MaxSequences = sequences, TokenBudget = 8192, PrefixCaching = true, StepsInFlight = 2 },
                KvBlocks: 100_000,
                BlockTokens: 16,
                new ConstantStepTime(stepSeconds)),
            Outputs = (ref RandomStream _) => 5,
            MaxModelTokens = 100_000,
        },
        new IPEndPoint(IPAddress.Loopback, 0),
        TimeProvider.System);

    /// <summary>Waits until a counter of a server has come so far.</summary>
    private sealed class MetricsReader(Uri address) : IAsyncDisposable
    {
        private readonly HttpClient _http = new() { BaseAddress = address };

        public async Task UntilAsync(string name, double value)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            while (true)
            {
                string page = await _http.GetStringAsync("/metrics", patience.Token);
                double sum = page.Split('\n').Where(line => line.StartsWith(name + "{", StringComparison.Ordinal))
                    .Sum(line => double.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture));
                if (sum >= value)
                {
                    return;
                }

                await Task.Delay(20, patience.Token);
            }
        }

        public ValueTask DisposeAsync()
        {
            _http.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
