using System.Text;
using Plimsoll.Core;
using Plimsoll.Gateway.Backends;
using Plimsoll.Gateway.Hosting;
using Plimsoll.Gateway.Observing;
using Plimsoll.Policies;
using Plimsoll.Serving.Dispatch;

namespace Plimsoll.Gateway.Tests.Hosting;

/// <summary>A gateway in front of fake engines, and a client of it.</summary>
internal sealed class Served : IAsyncDisposable
{
    public const string Chat = """{"model":"m","messages":[{"role":"user","content":"Hello"}]}""";

    public const string StreamedChat = """{"model":"m","stream":true,"messages":[{"role":"user","content":"Hello"}]}""";

    public required IReadOnlyList<FakeEngine> Engines { get; init; }

    public required GatewayServer Gateway { get; init; }

    public HttpClient Client { get; private init; } = new();

    public static HealthOptions QuickHealth { get; } = new()
    {
        ProbeInterval = Duration.FromMilliseconds(20),
        ProbeTimeout = Duration.FromMilliseconds(1_000),
        OpenFor = Duration.FromMilliseconds(200),
        SlowStart = Duration.FromMilliseconds(50),
    };

    public static async Task<Served> StartAsync(
        int engines,
        int? window = null,
        Func<GatewayOptions, GatewayOptions>? change = null,
        Action<int, FakeEngine>? prepare = null,
        string admission = "always",
        string ordering = "fcfs",
        string routing = "round-robin")
    {
        List<FakeEngine> started = [];
        for (int i = 0; i < engines; i++)
        {
            started.Add(await FakeEngine.StartAsync());
            prepare?.Invoke(i, started[i]);
        }

        var options = new GatewayOptions
        {
            Backends = [.. started.Select((engine, i) => new Backend(i, $"e{i}", engine.Address))],
            Policies = new DispatcherConfiguration(
                PolicyCatalog.Admission.Parse(admission, out _)!,
                PolicyCatalog.Ordering.Parse(ordering, out _)!,
                PolicyCatalog.Routing.Parse(routing, out _)!,
                window),
            Port = 0,
            AdminPort = 0,
            Health = QuickHealth,
            DrainTimeout = Duration.FromMilliseconds(5_000),
        };
        GatewayServer gateway = await GatewayServer.StartAsync(change?.Invoke(options) ?? options, TimeProvider.System, CancellationToken.None);
        var served = new Served { Engines = started, Gateway = gateway, Client = QuickToLeave(gateway.Address) };
        await UntilAsync(() => gateway.Fleet.Replicas.All(replica => replica.Pool is not null && replica.Gate.Up));
        return served;
    }

    public Task<HttpResponseMessage> PostAsync(
        string body, string path = "/v1/chat/completions", CancellationToken stop = default, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
    }

    // By itself the client would read on for two seconds after somebody gave an answer back.
    private static HttpClient QuickToLeave(Uri address) => new(new SocketsHttpHandler { MaxResponseDrainSize = 0 }) { BaseAddress = address };

    public static async Task UntilAsync(Func<bool> holds, int milliseconds = 10_000)
    {
        using var patience = new CancellationTokenSource(milliseconds);
        while (!holds())
        {
            await Task.Delay(2, patience.Token);
        }
    }

    /// <summary>Every attempt has ended, no place is taken, and the counts say so.</summary>
    public async Task NothingIsLeftAsync()
    {
        GatewayMetrics metrics = Gateway.Metrics;
        string[] names = [.. Gateway.Fleet.Replicas.Select(replica => replica.Backend.Name)];
        await UntilAsync(() => names.All(name => metrics.Sent.Of(name) == metrics.Ended.Of(name)));
        Assert.All(Gateway.Fleet.Replicas, replica => Assert.Equal(0, replica.InFlight));
        Assert.All(Gateway.Fleet.Pools(), pool => Assert.False(pool.Loop.Completion.IsCompleted));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Gateway.DisposeAsync();
        foreach (FakeEngine engine in Engines)
        {
            await engine.DisposeAsync();
        }
    }
}
