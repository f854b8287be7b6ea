using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace Plimsoll.Cli.Tests;

/// <summary><c>plimsoll emulate</c> as a process of its own.</summary>
public sealed class EmulateTests
{
    private static readonly string[] Engine = ["--step-time", "const:0.001", "--kv-tokens", "100000"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("-INT")]
    [InlineData("-TERM")]
    public async Task It_serves_until_it_is_told_to_stop(string signal)
    {
        using Process process = Cli.Start(null, ["emulate", .. Engine, "--port", "0", "--served-model", "tiny", "--exit-after", "100s"]);
        string address = (await process.StandardOutput.ReadLineAsync(Stop))!;
        using var client = new HttpClient { BaseAddress = new Uri(address) };

        JsonElement models = await client.GetFromJsonAsync<JsonElement>("/v1/models", Stop);
        using HttpResponseMessage answer = await client.PostAsJsonAsync("/v1/completions", new { prompt = "x", max_tokens = 3, ignore_eos = true }, Stop);
        JsonElement body = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        using Process kill = Process.Start("kill", [signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        CliResult result = Cli.Finish(process);

        Assert.Equal("tiny", models.GetProperty("data")[0].GetProperty("id").GetString());
        Assert.Equal(3, body.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("stopping", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void It_stops_by_itself_when_it_is_to() =>
        Assert.StartsWith("http://127.0.0.1:", Cli.Run(["emulate", .. Engine, "--port", "0", "--exit-after", "10ms"]).Succeeded().Output, StringComparison.Ordinal);

    [Fact]
    public void Every_wrong_option_is_named() => Cli
        .Run("emulate", "--host", "nowhere", "--port", "70000", "--speed", "0", "--output", "some", "--fault", "flood", "--gpu", "abacus")
        .Refused("'nowhere'", "'70000'", "--speed", "'some'", "'flood'", "abacus");

    [Fact]
    public void A_policy_that_needs_predictions_is_refused() =>
        Cli.Run(["emulate", .. Engine, "--batching", "a-min", "--port", "0"]).Refused("needs predicted output lengths");
}
