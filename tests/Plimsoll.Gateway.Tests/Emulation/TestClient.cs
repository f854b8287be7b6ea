using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Plimsoll.Gateway.Emulation;

namespace Plimsoll.Gateway.Tests.Emulation;

/// <summary>An emulator on a port of its own, and a client of it.</summary>
internal sealed class TestClient : IAsyncDisposable
{
    private readonly EmulatorServer _server;

    private TestClient(EmulatorServer server)
    {
        _server = server;
        Http = new HttpClient { BaseAddress = server.Address };
    }

    public HttpClient Http { get; }

    public EmulatorServer Server => _server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<TestClient> StartAsync(EmulatorOptions options) => new(await Emulators.StartAsync(options));

    public Task<HttpResponseMessage> SendAsync(string path, string body, params (string Name, string Value)[] headers) =>
        SendAsync(path, body, Stop, headers);

    public async Task<HttpResponseMessage> SendAsync(string path, string body, CancellationToken stop, params (string Name, string Value)[] headers)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach ((string name, string value) in headers)
        {
            message.Headers.Add(name, value);
        }

        return await Http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, stop);
    }

    /// <summary>A good answer.</summary>
    public async Task<JsonElement> PostAsync(string path, string body)
    {
        using HttpResponseMessage answer = await SendAsync(path, body);
        string text = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    public Task<JsonElement> GetAsync(string path) => Http.GetFromJsonAsync<JsonElement>(new Uri(path, UriKind.Relative), Stop);

    /// <summary>The data of the events of a stream, in order; those seen before it breaks are in <paramref name="seen"/>.</summary>
    public async Task<List<string>> StreamAsync(string path, string body, List<string>? seen = null)
    {
        seen ??= [];
        using HttpResponseMessage answer = await SendAsync(path, body);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Stop));
        while (await reader.ReadLineAsync(Stop) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                seen.Add(line["data: ".Length..]);
            }
        }

        return seen;
    }

    public async Task SetFaultsAsync(string list)
    {
        using var content = new StringContent(list, Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await Http.PutAsync(new Uri(FaultSwitch.Path, UriKind.Relative), content, Stop);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>The value of a metric, asked for until it is what it should be.</summary>
    public async Task<double> MetricAsync(string name, Func<double, bool> until, string label = "")
    {
        while (true)
        {
            string text = await Http.GetStringAsync(new Uri("/metrics", UriKind.Relative), Stop);
            string line = text.Split('\n').First(line => line.StartsWith(name + "{", StringComparison.Ordinal) && line.Contains(label, StringComparison.Ordinal));
            double value = double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
            if (until(value))
            {
                return value;
            }

            await Task.Delay(5, Stop);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _server.DisposeAsync();
    }
}
