using Plimsoll.Core;
using Plimsoll.Gateway.Backends;
using Plimsoll.Gateway.Emulation;
using Plimsoll.Gateway.Hosting;
using Plimsoll.Gateway.Tests.Emulation;
using Plimsoll.Gateway.Tests.Hosting;
using Plimsoll.Policies;
using Plimsoll.Serving.Dispatch;

namespace Plimsoll.Gateway.Tests.Dashboard;

/// <summary>A gateway in front of emulated engines, and clients that keep asking until they are told to stop.</summary>
internal sealed class LiveFleet : IAsyncDisposable
{
    private readonly CancellationTokenSource _leave = new();
    private readonly List<EmulatorServer> _engines = [];
    private readonly HttpClient _client = new();
    private readonly List<Task> _clients = [];
    private int _completed;

    public required GatewayServer Gateway { get; init; }

    public int Completed => Volatile.Read(ref _completed);

    public static async Task<LiveFleet> StartAsync(int engines, Func<GatewayOptions, GatewayOptions> change)
    {
        List<EmulatorServer> started = [];
        for (int i = 0; i < engines; i++)
        {
            started.Add(await Emulators.StartAsync(Emulators.Options(0.004 + (0.002 * i), outputTokens: 40 + (20 * i))));
        }

        var options = new GatewayOptions
        {
            Backends = [.. started.Select((engine, i) => new Backend(i, $"engine-{i + 1}", engine.Address))],
            Policies = new DispatcherConfiguration(
                PolicyCatalog.Admission.Default, PolicyCatalog.Ordering.Default, PolicyCatalog.Routing.Default, 4),
            Port = 0,
            AdminPort = 0,
            Health = Served.QuickHealth,
            DrainTimeout = Duration.FromMilliseconds(5_000),
        };
        var fleet = new LiveFleet { Gateway = await GatewayServer.StartAsync(change(options), TimeProvider.System, CancellationToken.None) };
        fleet._engines.AddRange(started);
        await Served.UntilAsync(() => fleet.Gateway.Fleet.Replicas.All(replica => replica.Pool is not null && replica.Gate.Up));
        return fleet;
    }

    /// <summary>Lets so many clients ask, each again when it has its answer.</summary>
    public void Ask(int clients) => _clients.AddRange(Enumerable.Range(0, clients).Select(i => Task.Run(() => AskAsync(i))));

    public async ValueTask DisposeAsync()
    {
        await _leave.CancelAsync();
        await Task.WhenAll(_clients);
        await Gateway.DisposeAsync();
        foreach (EmulatorServer engine in _engines)
        {
            await engine.DisposeAsync();
        }

        _client.Dispose();
        _leave.Dispose();
    }

    private async Task AskAsync(int client)
    {
        for (int i = 0; !_leave.IsCancellationRequested; i++)
        {
            string prompt = string.Concat(Enumerable.Repeat("word ", 40 + ((client * 37 + i * 11) % 400)));
            string body = $$"""{"model":"little","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"{{prompt}}"}]}""";
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Gateway.Address, "/v1/chat/completions"))
                {
                    Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
                };
                using HttpResponseMessage answer = await _client.SendAsync(request, _leave.Token);
                await answer.Content.ReadAsByteArrayAsync(_leave.Token);
                Interlocked.Increment(ref _completed);
            }
            catch (Exception left) when (left is OperationCanceledException or HttpRequestException)
            {
                // It left, or the gateway did.
            }
        }
    }
}
