using System.Net;
using Plimsoll.Gateway.Backends.KvEvents;
using Plimsoll.Wire;

namespace Plimsoll.Gateway.Backends;

/// <summary>Asks every backend again and again whether it is well, what it serves and how busy it is.</summary>
internal sealed class FleetWatch : IAsyncDisposable
{
    private const int MostBytes = 8 << 20;
    private const int RoundsBetweenModels = 15;

    private readonly CancellationTokenSource _stop = new();
    private readonly Fleet _fleet;
    private readonly HealthOptions _options;
    private readonly UpstreamClient _client;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly List<Task> _watches = [];

    /// <summary>A watch of nobody yet.</summary>
    public FleetWatch(Fleet fleet, HealthOptions options, UpstreamClient client, TimeProvider time) =>
        (_fleet, _options, _client, _time) = (fleet, options, client, time);

    /// <summary>Watches these too, each until it has left.</summary>
    public void Add(IEnumerable<Replica> replicas)
    {
        lock (_lock)
        {
            if (!_stop.IsCancellationRequested)
            {
                _watches.RemoveAll(watch => watch.IsCompletedSuccessfully);
                _watches.AddRange(replicas.Select(replica => Task.Run(() => WatchAsync(replica))));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task all;
        lock (_lock)
        {
            _stop.Cancel();
            all = Task.WhenAll(_watches);
        }

        await all.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task WatchAsync(Replica replica)
    {
        (Backend backend, int round) = (replica.Backend, 0);
        using var leaves = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        Task cache = backend.KvEvents is { } address
            ? new CacheWatch(replica, _fleet, _time).RunAsync(address, leaves.Token) : Task.CompletedTask;
        while (!_stop.IsCancellationRequested)
        {
            if (replica.Leaving && replica.InFlight == 0)
            {
                // Whoever has its number next must not be told what this one forgot.
                await leaves.CancelAsync().ConfigureAwait(false);
                await cache.ConfigureAwait(false);
                Add(_fleet.Remove(replica));
                return;
            }

            bool well = await IsWellAsync(backend).ConfigureAwait(false);
            if (well && (replica.Models is null || round++ % RoundsBetweenModels == 0)
                && await ModelsAsync(backend).ConfigureAwait(false) is { } models)
            {
                _fleet.Learned(backend.Replica, models);
            }

            if (!_stop.IsCancellationRequested)
            {
                _fleet.Probed(backend.Replica, well);
            }

            _fleet.Loaded(backend.Replica, well ? await LoadAsync(backend).ConfigureAwait(false) : default);
            if (replica.Cache.TakeShrunkTokens() is { } held)
            {
                _fleet.Shrunk(replica, held);
            }

            await Task.Delay(TimeSpan.FromSeconds(_options.ProbeInterval.Seconds), _time, _stop.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await cache.ConfigureAwait(false);
    }

    // llama.cpp's server shows metrics only if it is told to, but always its slots.
    private async Task<EngineLoad> LoadAsync(Backend backend)
    {
        (HttpStatusCode? status, byte[] page) = await GetAsync(backend, "/metrics").ConfigureAwait(false);
        if (status == HttpStatusCode.OK)
        {
            return EngineMetrics.Read(page, backend.Rank);
        }

        (status, byte[] slots) = await GetAsync(backend, "/slots").ConfigureAwait(false);
        return status == HttpStatusCode.OK ? EngineSlots.Read(slots) : default;
    }

    // An engine without a health page is well if it answers at all.
    private async Task<bool> IsWellAsync(Backend backend) =>
        (await GetAsync(backend, "/health").ConfigureAwait(false)).Status is (>= HttpStatusCode.OK and < HttpStatusCode.Ambiguous)
            or HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented;

    private async Task<EngineModels?> ModelsAsync(Backend backend)
    {
        if (backend.Models is not null)
        {
            return EngineModels.Of(backend.Models);
        }

        (HttpStatusCode? status, byte[] body) = await GetAsync(backend, "/v1/models").ConfigureAwait(false);
        return status is HttpStatusCode.OK ? EngineModels.Read(body)
            : status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented ? EngineModels.Of([])
            : null;
    }

    private async Task<(HttpStatusCode? Status, byte[] Body)> GetAsync(Backend backend, string path)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        patience.CancelAfter(TimeSpan.FromSeconds(_options.ProbeTimeout.Seconds));
        try
        {
            using HttpResponseMessage answer = await _client.GetAsync(backend, path, patience.Token).ConfigureAwait(false);
            await answer.Content.LoadIntoBufferAsync(MostBytes, patience.Token).ConfigureAwait(false);
            return (answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(patience.Token).ConfigureAwait(false));
        }
        catch (Exception gone) when (gone is HttpRequestException or IOException or OperationCanceledException)
        {
            return (null, []);
        }
    }
}
