using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Plimsoll.Cli.Tests;

/// <summary><c>plimsoll serve</c> watched: load line, what-if, log and telemetry, in front of an emulated engine.</summary>
public sealed class ServeWatchingTests
{
    private const int Requests = 30;

    private static readonly string[] Engine =
        ["--step-time", "const:0.002", "--kv-tokens", "20000", "--block-size", "16", "--token-budget", "8192", "--max-sequences", "256"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Live_traffic_gives_the_planner_s_line_the_simulator_s_answer_and_spans_without_text()
    {
        using var scratch = new Scratch();
        using var collector = new HttpListener();
        string collectorAddress = $"http://127.0.0.1:{FreePort()}/";
        collector.Prefixes.Add(collectorAddress);
        collector.Start();
        ConcurrentDictionary<string, ConcurrentQueue<byte[]>> received = new();
        Task collecting = CollectAsync(collector, received);

        using Process engine = Cli.Start(null, ["emulate", .. Engine, "--port", "0", "--served-model", "tiny"]);
        string address = (await engine.StandardOutput.ReadLineAsync(Stop))!;
        scratch.Write("plimsoll.yaml", $$"""
            backends: [{{address}}]
            port: 0
            admin-port: 0
            engine: {step-time: const:0.002, kv-tokens: 20000, block-size: 16, token-budget: 8192, max-sequences: 256}
            log: {to: events.jsonl, level: debug}
            otlp: {{collectorAddress}}
            """);
        using Process gateway = Cli.Start(scratch.Folder, "serve", "--config", "plimsoll.yaml");
        (Uri front, Uri admin) = await AddressesAsync(gateway);
        using var client = new HttpClient();
        await UntilAsync(async () => (await client.GetAsync(new Uri(front, "/readyz"), Stop)).StatusCode == HttpStatusCode.OK);
        for (int i = 0; i < Requests; i++)
        {
            using HttpResponseMessage answer = await client.PostAsJsonAsync(
                new Uri(front, "/v1/completions"),
                new { model = "tiny", prompt = (i % 10).ToString(CultureInfo.InvariantCulture) + (i / 10) + new string('z', 398), max_tokens = 20, ignore_eos = true },
                Stop);
            answer.EnsureSuccessStatusCode();
        }

        JsonElement pool = default;
        await UntilAsync(async () =>
        {
            pool = (await client.GetFromJsonAsync<JsonElement>(new Uri(admin, "/api/state"), Stop)).GetProperty("pools")[0];
            return pool.GetProperty("load_line").ValueKind == JsonValueKind.Object;
        });
        string prompt = "const:" + pool.GetProperty("mean_prompt_tokens").GetDouble().ToString("R", CultureInfo.InvariantCulture);
        using var planned = JsonDocument.Parse(Cli.Run(["plan", "loadline", "--prompt", prompt, "--output", "const:20", "--json", .. Engine]).Succeeded().Output);
        Assert.Equal(
            planned.RootElement.GetProperty("load_line").GetProperty("requests_per_second").GetDouble(),
            pool.GetProperty("load_line").GetProperty("requests_per_second").GetDouble(),
            6);

        using HttpResponseMessage asked = await client.PostAsJsonAsync(new Uri(admin, "/api/what-if"), new { minutes = 5, window = "1" }, Stop);
        JsonElement whatIf = await asked.Content.ReadFromJsonAsync<JsonElement>(Stop);
        Assert.Equal((Requests, Requests, Requests), (
            whatIf.GetProperty("requests").GetInt32(),
            whatIf.GetProperty("current").GetProperty("completed").GetInt32(),
            whatIf.GetProperty("other").GetProperty("completed").GetInt32()));
        Assert.Equal(0.002, whatIf.GetProperty("current").GetProperty("tpot_seconds").GetProperty("mean").GetDouble(), 6);

        using Process interrupt = Process.Start("kill", ["-TERM", gateway.Id.ToString(CultureInfo.InvariantCulture)]);
        Assert.Equal(0, Cli.Finish(gateway).ExitCode);
        engine.Kill();
        collector.Stop();
        await collecting;

        string spans = Text(received, "/v1/traces");
        string metrics = Text(received, "/v1/metrics");
        Assert.All(["gen_ai.operation.name", "text_completion tiny", "plimsoll.queue_seconds", "plimsoll"], name => Assert.Contains(name, spans, StringComparison.Ordinal));
        Assert.All(["gen_ai.server.request.duration", "gen_ai.client.token.usage"], name => Assert.Contains(name, metrics, StringComparison.Ordinal));
        string events = await File.ReadAllTextAsync(Path.Combine(scratch.Folder, "events.jsonl"), Stop);
        Assert.Equal(Requests, events.Split('\n').Count(line => line.Contains("\"event\":\"request_completed\"", StringComparison.Ordinal)));
        Assert.DoesNotContain("zzzz", spans + metrics + events, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_if_takes_predictions_and_windows_as_they_are_now()
    {
        using var scratch = new Scratch();
        using Process engine = Cli.Start(null, ["emulate", .. Engine, "--port", "0", "--served-model", "tiny"]);
        string address = (await engine.StandardOutput.ReadLineAsync(Stop))!;
        scratch.Write("plimsoll.yaml", $$"""
            backends: [{{address}}]
            port: 0
            admin-port: 0
            policies: {window: adaptive, predict: learned}
            engine: {step-time: const:0.002, kv-tokens: 20000, block-size: 16, token-budget: 8192, max-sequences: 256}
            """);
        using Process gateway = Cli.Start(scratch.Folder, "serve", "--config", "plimsoll.yaml");
        (Uri front, Uri admin) = await AddressesAsync(gateway);
        using var client = new HttpClient();
        await UntilAsync(async () => (await client.GetAsync(new Uri(front, "/readyz"), Stop)).StatusCode == HttpStatusCode.OK);
        for (int i = 0; i < Requests; i++)
        {
            using HttpResponseMessage answer = await client.PostAsJsonAsync(
                new Uri(front, "/v1/completions"), new { model = "tiny", prompt = "x", max_tokens = 5, ignore_eos = true }, Stop);
            answer.EnsureSuccessStatusCode();
        }

        JsonElement whatIf = default;
        await UntilAsync(async () =>
        {
            using HttpResponseMessage asked = await client.PostAsJsonAsync(new Uri(admin, "/api/what-if"), new { ordering = "least-work" }, Stop);
            whatIf = await asked.Content.ReadFromJsonAsync<JsonElement>(Stop);
            return asked.StatusCode == HttpStatusCode.OK && whatIf.GetProperty("requests").GetInt32() == Requests;
        });

        Assert.Contains("least-work", whatIf.GetProperty("other").GetProperty("policies").GetString(), StringComparison.Ordinal);
        string notes = whatIf.GetProperty("notes").ToString();
        Assert.Contains("Lengths are predicted as the gateway predicted them", notes, StringComparison.Ordinal);
        Assert.Contains("on average, 16", notes, StringComparison.Ordinal);
        gateway.Kill();
        engine.Kill();
    }

    [Fact]
    public void Everything_wrong_with_watching_is_said_at_once()
    {
        using var scratch = new Scratch();
        string file = scratch.Write("bad.yaml", """
            backends: [http://a]
            engine: {model: no-such-model, gpu: abacus, colour: red}
            log: {level: loud, size: 3}
            otlp: ftp://x
            """);
        string error = Cli.Run("serve", "--config", file, "--check", "--otlp", "nowhere", "--log-level", "shrill").Refused("bad.yaml").Error;

        Assert.All(
            new[]
            {
                ":2: engine: --model: no model is called 'no-such-model'", ":2: engine: --gpu: no GPU is called 'abacus'", ":2: unknown key 'colour'", ":3: level: 'loud'",
                ":3: unknown key 'size'", ":4: otlp: 'ftp://x'", "--otlp: 'nowhere'", "--log-level: 'shrill'",
            },
            expected => Assert.Contains(expected, error, StringComparison.Ordinal));
    }

    private static async Task<(Uri Front, Uri Admin)> AddressesAsync(Process gateway)
    {
        string? front = await gateway.StandardOutput.ReadLineAsync(Stop);
        string? admin = await gateway.StandardOutput.ReadLineAsync(Stop);
        return (new Uri(front!), new Uri(admin!));
    }

    private static async Task CollectAsync(HttpListener collector, ConcurrentDictionary<string, ConcurrentQueue<byte[]>> to)
    {
        try
        {
            while (true)
            {
                HttpListenerContext context = await collector.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                to.GetOrAdd(context.Request.Url!.AbsolutePath, _ => new()).Enqueue(body.ToArray());
                context.Response.ContentType = "application/x-protobuf";
                context.Response.Close();
            }
        }
        catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException)
        {
            // The test has ended.
        }
    }

    private static string Text(ConcurrentDictionary<string, ConcurrentQueue<byte[]>> received, string path) =>
        received.TryGetValue(path, out ConcurrentQueue<byte[]>? bodies) ? string.Concat(bodies.Select(Encoding.Latin1.GetString)) : "";

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (!await holds())
        {
            await Task.Delay(50, patience.Token);
        }
    }
}
