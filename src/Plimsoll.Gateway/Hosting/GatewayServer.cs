using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Plimsoll.Core;
using Plimsoll.Gateway.Backends;
using Plimsoll.Gateway.Dispatching;
using Plimsoll.Gateway.Observing;
using Plimsoll.Gateway.Observing.Live;
using Plimsoll.Gateway.OpenAi;

namespace Plimsoll.Gateway.Hosting;

/// <summary>The live gateway: listens for clients, and on a port of its own for those who run it.</summary>
public sealed class GatewayServer : IAsyncDisposable
{
    private readonly GatewayOptions _options;
    private readonly GatewayClock _clock;
    private readonly ModelPools _pools;
    private readonly UpstreamClient _client;
    private readonly UpstreamClient _probes;
    private readonly FleetWatch _watch;
    private readonly InferenceEndpoint _inference;
    private readonly ModelsEndpoint _models;
    private readonly AdminEndpoints _administration;
    private readonly GatewayTelemetry _telemetry = new();
    private readonly GatewayLog _log;
    private readonly CancellationTokenSource _closing = new();
    private readonly WebApplication _front;
    private readonly WebApplication? _back;
    private volatile bool _stopping;
    private bool _stopped;

    private GatewayServer(GatewayOptions options, TimeProvider time)
    {
        _options = options;
        _clock = new GatewayClock(time);
        _log = new GatewayLog(options.EventLog, _clock);
        _pools = new ModelPools(options.Policies, options.Backends.Count, _clock, new RandomTree(options.Seed));
        Fleet = new Fleet(
            [.. options.Backends.Select(backend => new Replica(backend, new ReplicaGate(options.Health, options.Policies.WindowRequests)))],
            _pools,
            _clock,
            _log);
        Metrics = new GatewayMetrics(Fleet);
        var connectTimeout = TimeSpan.FromSeconds(options.ConnectTimeout.Seconds);
        _client = new UpstreamClient(connectTimeout, options.MostConnectionsPerBackend);
        _probes = new UpstreamClient(connectTimeout, 4);
        _watch = new FleetWatch(Fleet, options.Health, _probes, time);
        var attempt = new Attempt(options, Fleet, _client, _clock, Metrics);
        var latencies = new LatencyBoard();
        var recorder = new RequestRecorder(Metrics, _telemetry, latencies, _log, options.AccessLog, _clock);
        _inference = new InferenceEndpoint(options, Fleet, attempt, _clock, Metrics, recorder, _log);
        _models = new ModelsEndpoint(Fleet);
        var reader = new TrafficReader(Fleet, _clock);
        var state = new LiveState(Fleet, latencies, new LoadLineWatch(reader, options.LoadLine, _clock), _clock);
        _administration = new AdminEndpoints(
            Fleet,
            Metrics,
            state,
            new EventStream(state, time, _closing.Token),
            new WhatIfEndpoint(Fleet, reader, options.WhatIf),
            () => !_stopping);
        _front = Listener(options, options.Address, options.Port);
        _front.Run(ServeAsync);
        if (options.AdminPort is { } port)
        {
            _back = Listener(options, IPAddress.Loopback, port);
            _back.Run(_administration.HandleAsync);
        }
    }

    /// <summary>Where clients find it.</summary>
    public Uri Address => AddressOf(_front);

    /// <summary>Where those who run it find it; null if nowhere.</summary>
    public Uri? AdminAddress => _back is null ? null : AddressOf(_back);

    internal Fleet Fleet { get; }

    internal GatewayMetrics Metrics { get; }

    /// <summary>Starts a gateway; it listens when this returns, and knows its engines a moment later.</summary>
    /// <exception cref="IOException">A port is taken.</exception>
    public static async Task<GatewayServer> StartAsync(GatewayOptions options, TimeProvider time, CancellationToken stop)
    {
        var gateway = new GatewayServer(options, time);
        try
        {
            await gateway._front.StartAsync(stop).ConfigureAwait(false);
            await (gateway._back?.StartAsync(stop) ?? Task.CompletedTask).ConfigureAwait(false);
            gateway._log.Started(options.Backends.Count);
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Takes no new requests, and waits for those that run as long as the options allow.</summary>
    public async Task StopAsync()
    {
        if (_stopped)
        {
            return;
        }

        (_stopping, _stopped) = (true, true);
        _log.Stopping();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(_options.DrainTimeout.Seconds));
        await _front.StopAsync(patience.Token).ConfigureAwait(false);
        await _closing.CancelAsync().ConfigureAwait(false);
        await (_back?.StopAsync(CancellationToken.None) ?? Task.CompletedTask).ConfigureAwait(false);
        await _watch.DisposeAsync().ConfigureAwait(false);
        await _pools.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        await _front.DisposeAsync().ConfigureAwait(false);
        if (_back is not null)
        {
            await _back.DisposeAsync().ConfigureAwait(false);
        }

        _client.Dispose();
        _probes.Dispose();
        _telemetry.Dispose();
        _closing.Dispose();
    }

    private Task ServeAsync(HttpContext context)
    {
        bool isInference = context.Request.Path.Value is "/v1/chat/completions" or "/v1/completions" or "/v1/embeddings" or "/v1/responses";
        if (isInference)
        {
            return _stopping ? OpenAiError.NothingReady(1).WriteAsync(context)
                : HttpMethods.IsPost(context.Request.Method) ? _inference.HandleAsync(context)
                : OpenAiError.WrongMethod.WriteAsync(context);
        }

        return context.Request.Path.Value switch
        {
            "/v1/models" when HttpMethods.IsGet(context.Request.Method) => _models.HandleAsync(context),
            "/healthz" or "/health" => _administration.HealthAsync(context),
            "/readyz" => _administration.ReadyAsync(context),
            "/metrics" when HttpMethods.IsGet(context.Request.Method) => _administration.MetricsAsync(context),
            _ => OpenAiError.NotFound.WriteAsync(context),
        };
    }

    private static WebApplication Listener(GatewayOptions options, IPAddress address, int port)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostLifetime, QuietLifetime>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(address, port);
            kestrel.AddServerHeader = false;
            kestrel.AllowSynchronousIO = false;
            kestrel.Limits.MaxConcurrentConnections = options.MostConnections;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MaxRequestHeadersTotalSize = options.MostHeaderBytes;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(options.HeaderTimeout.Seconds);
        });
        return builder.Build();
    }

    private static Uri AddressOf(WebApplication listener) => new(
        listener.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
}
