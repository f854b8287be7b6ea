using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Plimsoll.Serving.Dispatch.Log;

namespace Plimsoll.Cli.Tests;

/// <summary><c>serve --record</c>, and what can be done with the record.</summary>
public sealed partial class RecordTests
{
    private const int Requests = 60;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_killed_gateway_recorded_replays_and_can_be_simulated_and_planned_with()
    {
        using var scratch = new Scratch();
        await RecordAsync(scratch, "-KILL");
        string log = Path.Combine("record", "decisions-000001.log");
        string trace = Path.Combine("record", Assert.Single(scratch.NamesIn("record"), name => name.EndsWith(".csv", StringComparison.Ordinal)));

        JsonElement replayed = scratch.Run("replay", "--log", "record", "--json").Succeeded().Json;
        JsonElement simulated = scratch.Run("simulate", "--trace", trace, "--step-time", "const:0.001", "--kv-tokens", "100000", "--ordering", "vtc", "--window", "4", "--json").Succeeded().Json;
        JsonElement planned = scratch.Run("plan", "loadline", "--trace", trace, "--step-time", "const:0.001", "--kv-tokens", "100000", "--chunk", "512", "--json").Succeeded().Json;

        Assert.True(replayed.GetProperty("identical").GetBoolean());
        Assert.Equal(Requests, replayed.GetProperty("decisions").GetInt64());
        Assert.Equal(Requests, simulated.GetProperty("requests").GetProperty("completed").GetInt64());
        Assert.True(planned.GetProperty("load_line").GetProperty("requests_per_second").GetDouble() > 0);
        Assert.DoesNotContain("secret words", scratch.Read(trace) + scratch.Read(log), StringComparison.Ordinal);
        Assert.DoesNotContain("tenant-1", scratch.Read(trace) + scratch.Read(log), StringComparison.Ordinal);
        BrokenLogsAreRefused(scratch, log);
    }

    [Theory]
    [InlineData("name a file", "replay")]
    [InlineData("Could not find file", "replay", "--log", "nowhere.log")]
    [InlineData("there is no decisions-", "replay", "--log", ".")]
    [InlineData("text.log:1: this is no line of a decision log", "replay", "--log", "text.log")]
    [InlineData("beyond its beginning", "replay", "--log", "empty.log")]
    public void What_is_no_log_is_refused(string way, params string[] arguments)
    {
        using var scratch = new Scratch();
        scratch.Write("text.log", "hello\n");
        scratch.Write("empty.log", "");

        scratch.Run(arguments).Refused(way);
    }

    [Fact]
    public void A_record_needs_a_folder_and_sizes_that_are_numbers()
    {
        using var scratch = new Scratch();
        string file = scratch.Write("a.yaml", "backends: [http://a]\nrecord: {most-megabytes: few, colour: red}\npolicies: {ordering: least-work, predict: exact}\n");

        scratch.Run("serve", "--config", file, "--check").Refused(
            ":2: directory: a record needs one", ":2: most-megabytes: 'few'", ":2: unknown key 'colour'", ":3: predict: 'exact' looks at true output lengths", ":3: ordering: least-work must know");
    }

    private static void BrokenLogsAreRefused(Scratch scratch, string log)
    {
        string text = scratch.Read(log);
        scratch.Write("torn.log", text[..^5]);
        Assert.Contains("the last line was not written to its end", scratch.Run("replay", "--log", "torn.log").Succeeded().Error, StringComparison.Ordinal);

        string[] lines = text.Split('\n')[..^1];
        int sent = Array.FindIndex(lines, line => line.Contains("[[\"send\"", StringComparison.Ordinal));
        string[] changed = [.. lines];
        changed[sent] = changed[sent].Replace("\"at\":", "\"at\":1", StringComparison.Ordinal);
        scratch.Write("changed.log", string.Join('\n', changed) + "\n");
        scratch.Run("replay", "--log", "changed.log").Refused(string.Create(CultureInfo.InvariantCulture, $"changed.log:{sent + 1}: "));

        lines[sent] = Signed(OtherReplica().Replace(lines[sent][9..], match => match.Groups[1].Value + (match.Groups[2].Value == "0" ? "1" : "0")));
        scratch.Write("other.log", string.Join('\n', lines) + "\n");
        CliResult other = scratch.Run("replay", "--log", "other.log", "--json");
        Assert.Equal(1, other.ExitCode);
        JsonElement difference = other.Json.GetProperty("first_difference");
        Assert.Equal(sent + 1, difference.GetProperty("line").GetInt64());
        Assert.NotEqual(difference.GetProperty("expected").GetString(), difference.GetProperty("got").GetString());
        Assert.All(new[] { "expected: send", "got:      send", "\"in\":\"" }, part => Assert.Contains(part, other.Error, StringComparison.Ordinal));

        scratch.Write("gap.log", string.Join('\n', lines[..sent].Concat(lines[(sent + 1)..])) + "\n");
        scratch.Run("replay", "--log", "gap.log").Refused("follows event");
    }

    private static string Signed(string json)
    {
        var line = new ArrayBufferWriter<byte>();
        DecisionLine.Append(line, Encoding.UTF8.GetBytes(json));
        return Encoding.UTF8.GetString(line.WrittenSpan).TrimEnd('\n');
    }

    private static async Task RecordAsync(Scratch scratch, string signal)
    {
        string[] engine = ["emulate", "--step-time", "const:0.001", "--kv-tokens", "100000", "--served-model", "m", "--port", "0", "--exit-after", "100s"];
        using Process first = Cli.Start(scratch.Folder, engine);
        using Process second = Cli.Start(scratch.Folder, engine);
        string[] addresses = [(await first.StandardOutput.ReadLineAsync(Stop))!, (await second.StandardOutput.ReadLineAsync(Stop))!];
        using Process serve = Cli.Start(
            scratch.Folder,
            ["serve", "--backend", addresses[0], "--backend", addresses[1], "--port", "0", "--admin-port", "0", "--window", "4", "--ordering", "vtc", "--routing", "prefix-aware", "--record", "record"]);
        try
        {
            string said = (await serve.StandardError.ReadLineAsync(Stop))!;
            using var client = new HttpClient { BaseAddress = new Uri(said.Split(' ')[^1]) };
            while ((await client.GetAsync("/readyz", Stop)).StatusCode != System.Net.HttpStatusCode.OK)
            {
                await Task.Delay(10, Stop);
            }

            await Task.WhenAll(Enumerable.Range(0, Requests).Select(i => SendAsync(client, i)));
            await UntilAsync(() => RowsIn(scratch) == Requests);
            using Process kill = Process.Start("kill", [signal, serve.Id.ToString(CultureInfo.InvariantCulture)]);
            await serve.WaitForExitAsync(Stop);
        }
        finally
        {
            serve.Kill();
            first.Kill();
            second.Kill();
        }
    }

    private static async Task SendAsync(HttpClient client, int i)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/completions")
        {
            Content = JsonContent.Create(new { model = "m", prompt = $"secret words {new string('x', 40 * i)}", max_tokens = 1 + (i % 5), ignore_eos = true }),
        };
        request.Headers.Add("x-smg-tenant-id", $"tenant-{i % 3}");
        using HttpResponseMessage answer = await client.SendAsync(request, Stop);
        answer.EnsureSuccessStatusCode();
    }

    private static int RowsIn(Scratch scratch)
    {
        string? name = scratch.NamesIn("record").FirstOrDefault(name => name.EndsWith(".csv", StringComparison.Ordinal));
        if (name is null)
        {
            return 0;
        }

        using var reader = new StreamReader(new FileStream(scratch[Path.Combine("record", name)], FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Count(c => c == '\n') - 1;
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!holds())
        {
            await Task.Delay(10, patience.Token);
        }
    }

    [GeneratedRegex("""("out":\[\["send",\d+,)(\d)""")]
    private static partial Regex OtherReplica();
}
