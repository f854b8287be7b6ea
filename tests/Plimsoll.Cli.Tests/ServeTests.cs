using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Plimsoll.Cli.Tests;

/// <summary><c>plimsoll serve</c>: its configuration, and that it starts and stops in order.</summary>
public sealed class ServeTests
{
    [Fact]
    public void The_documentation_s_configuration_is_right()
    {
        using var scratch = new Scratch();
        string page = File.ReadAllText(Plimsoll.Testing.Repository.PathOf("docs/serve.md"));
        string yaml = page.Split("```yaml\n")[1].Split("```")[0].Replace("    api-key-env: SPARE_KEY      # the key stands in the environment\n", "", StringComparison.Ordinal);
        string file = scratch.Write("plimsoll.yaml", yaml);

        Assert.Contains("3 backends", Cli.Run("serve", "--config", file, "--check").Succeeded().Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_kv_events_come_from_must_be_an_address_and_not_that_of_a_name_with_many()
    {
        using var scratch = new Scratch();
        string file = scratch.Write("events.yaml", """
            backends:
              - url: http://a
                kv-events: http://a:5557
              - url: http://b
                kv-events: tcp://b
              - url: http://c
                kv-events: tcp://c:5557
              - dns: http://d:8000
                kv-events: tcp://d:5557
              - url: http://e
                kv-replay: tcp://e:5558
              - url: http://f
                kv-events: tcp://f:5557
                kv-replay: f:5558
            tokenize: gateway
            timeouts: {tokenize: fast}
            """);

        Cli.Run("serve", "--config", file, "--check").Refused(
            "events.yaml:3: kv-events: 'http://a:5557'",
            "events.yaml:5: kv-events: 'tcp://b'",
            "events.yaml:9: kv-events: cannot stand with dns",
            "events.yaml:11: kv-replay: needs kv-events",
            "events.yaml:14: kv-replay: 'f:5558'",
            "events.yaml:15: tokenize: 'gateway' must be engine or none",
            "events.yaml:16: tokenize");
    }

    [Fact]
    public void Everything_wrong_is_said_at_once_with_its_line()
    {
        using var scratch = new Scratch();
        string file = scratch.Write("bad.yaml", """
            port: 99999
            prot: 1
            listen: nowhere
            backends:
              - ftp://a
              - url: http://b
                api-key-env: PLIMSOLL_NO_SUCH_KEY
              - http://b
              - name: c
            policies:
              routing: least-request
              window: 0
            timeouts: {idle: -3s, coffee: 1s}
            """);

        string error = Cli.Run("serve", "--config", file, "--check").Refused("bad.yaml").Error;

        Assert.All(
            new[]
            {
                ":1: port: '99999'", ":2: unknown key 'prot'", ":3: listen: 'nowhere'", ":5: 'ftp://a'", ":7: api-key-env: the environment has no", ":8: two backends are called 'b'",
                ":9: url: every backend needs a url", ":11: routing: unknown routing policy 'least-request'", ":12: window: '0'", ":13: idle: '-3s'", ":13: unknown key 'coffee'",
            },
            expected => Assert.Contains(expected, error, StringComparison.Ordinal));
    }

    [Fact]
    public void Everything_wrong_with_keys_and_certificates_is_said()
    {
        using var scratch = new Scratch();
        string file = scratch.Write("bad.yaml", """
            admin-listen: 0.0.0.0
            cache-salt: perhaps
            tls: {certificate: nowhere.pem}
            keys:
              - name: a
                sha256: 12ab
              - sha256: 0000000000000000000000000000000000000000000000000000000000000000
              - secret
              - {name: b, sha256: 0000000000000000000000000000000000000000000000000000000000000000, concurrency: 0}
              - {name: b, sha256: 0000000000000000000000000000000000000000000000000000000000000000}
            """);

        string error = Cli.Run("serve", "--config", file, "--check").Refused("bad.yaml").Error;

        Assert.All(
            new[]
            {
                "needs admin-key-sha256", ":2: cache-salt: 'perhaps'", ":3: certificate: certificate and key go together", ":6: sha256: must be the SHA-256", ":7: a key needs a name",
                ":8: keys: each must be a mapping", ":9: concurrency: '0'", ":10: name: two keys are called 'b'",
            },
            expected => Assert.Contains(expected, error, StringComparison.Ordinal));
    }

    [Fact]
    public void Told_nothing_it_has_emulated_engines() =>
        Assert.Contains("4 backends", Cli.Run("serve", "--check").Succeeded().Error, StringComparison.Ordinal);

    [Theory]
    [InlineData("-INT")]
    [InlineData("-TERM")]
    public async Task It_serves_emulated_engines_until_it_is_told_to_stop(string signal)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        using Process process = Cli.Start(
            null, ["serve", "--emulate", "2xllama-3-8b@h100", "--speed", "100", "--port", "0", "--admin-port", "0", "--exit-after", "100s"]);
        using var client = new HttpClient { BaseAddress = new Uri((await process.StandardOutput.ReadLineAsync(stop))!) };
        using var admin = new HttpClient { BaseAddress = new Uri((await process.StandardOutput.ReadLineAsync(stop))!) };
        for (bool isReady = false; !isReady; await Task.Delay(20, stop))
        {
            using HttpResponseMessage ready = await client.GetAsync("/readyz", stop);
            isReady = ready.IsSuccessStatusCode;
        }

        using HttpResponseMessage answer = await client.PostAsJsonAsync(
            "/v1/completions", new { model = "llama-3-8b", prompt = "x", max_tokens = 3, ignore_eos = true }, stop);
        JsonElement body = await answer.Content.ReadFromJsonAsync<JsonElement>(stop);
        string state = await admin.GetStringAsync("/api/state", stop);
        using Process kill = Process.Start("kill", [signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        CliResult result = Cli.Finish(process);

        Assert.Equal(3, body.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
        Assert.Contains("emulated-2", state, StringComparison.Ordinal);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("stopping", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_reads_its_configuration_anew_and_refuses_a_wrong_one()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        using var scratch = new Scratch();
        const string Right = "emulate: [1xllama-3-8b@h100]\nport: 0\nadmin-port: 0\n";
        string file = scratch.Write("plimsoll.yaml", Right);
        using Process process = Cli.Start(null, ["serve", "--config", file, "--exit-after", "100s"]);
        await process.StandardOutput.ReadLineAsync(stop);
        using var admin = new HttpClient { BaseAddress = new Uri((await process.StandardOutput.ReadLineAsync(stop))!) };

        using HttpResponseMessage same = await admin.PostAsync("/api/reload", null, stop);
        scratch.Write("plimsoll.yaml", Right + "policies: {routing: least-kv}\n");
        using HttpResponseMessage right = await admin.PostAsync("/api/reload", null, stop);
        string state = await admin.GetStringAsync("/api/state", stop);
        scratch.Write("plimsoll.yaml", Right + "polices: {}\nseed: x\n");
        using HttpResponseMessage wrong = await admin.PostAsync("/api/reload", null, stop);
        using Process hangUp = Process.Start("kill", ["-HUP", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await hangUp.WaitForExitAsync(stop);
        using Process kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);

        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.UnprocessableEntity], [same.StatusCode, right.StatusCode, wrong.StatusCode]);
        Assert.Contains("least-kv", state, StringComparison.Ordinal);
        string problems = await wrong.Content.ReadAsStringAsync(stop);
        Assert.Contains(":4: unknown key 'polices'", problems, StringComparison.Ordinal);
        Assert.Contains(":5: seed: 'x'", problems, StringComparison.Ordinal);
        Assert.Contains("the old one goes on", Cli.Finish(process).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void It_stops_by_itself_when_it_is_to() => Assert.StartsWith(
        "http://127.0.0.1:",
        Cli.Run("serve", "--emulate", "1xllama-3-8b@h100", "--port", "0", "--admin-port", "0", "--exit-after", "10ms").Succeeded().Output,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("'4llama' is not COUNTxMODEL@GPU", "serve", "--emulate", "4llama")]
    [InlineData("'1xllama-3-8@h100': --model: no ", "serve", "--emulate", "1xllama-3-8@h100")]
    [InlineData("no more than 64 engines", "serve", "--emulate", "65xllama-3-8b@h100")]
    [InlineData("--tp", "serve", "--emulate", "1xllama-3-8b@h100:tp=0")]
    [InlineData("is not an address", "serve", "--check", "--backend", "10.0.0.1")]
    [InlineData("is given twice", "serve", "--check", "--backend", "http://a", "--backend", "http://a/")]
    [InlineData("--window: 'x'", "serve", "--check", "--backend", "http://a", "--window", "x")]
    [InlineData("must be one YAML mapping", "serve", "--config", "empty.yaml")]
    [InlineData("broken.yaml:3", "serve", "--config", "broken.yaml")]
    public void A_wrong_command_line_is_refused(string way, params string[] arguments)
    {
        using var scratch = new Scratch();
        scratch.Write("empty.yaml", "");
        scratch.Write("broken.yaml", "a: 1\nb: [1\n");

        Cli.Run(scratch.Folder, _ => { }, arguments).Refused(way);
    }
}
