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
using Plimsoll.Gateway.Access;
using Plimsoll.Gateway.Backends;
using Plimsoll.Gateway.Backends.Discovery;
using Plimsoll.Gateway.Dispatching;
using Plimsoll.Gateway.Observing;
using Plimsoll.Gateway.Observing.Live;
using Plimsoll.Gateway.OpenAi;
using Plimsoll.Policies;
using Plimsoll.Serving.Dispatch;

namespace Plimsoll.Gateway.Hosting;

/// <summary>The live gateway: listens for clients, and on a port of its own for those who run it.</summary>
public sealed class GatewayServer : IAsyncDisposable
{
    private readonly LiveOptions _options;
    private readonly Lock _backendsLock = new();
    private readonly BackendDiscovery _discovery;
    private IReadOnlyList<Backend> _discovered = [];
    private readonly GatewayClock _clock;
    private readonly KeyRing _keys;
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
        _options = new LiveOptions(options);
        _clock = new GatewayClock(time);
        _log = new GatewayLog(options.EventLog, _clock);
        int places = Math.Max(options.MostBackends, options.Backends.Count);
        Func<string, Dispatcher, IDispatchWitness?>? watch = options.Decisions is { } decisions ? decisions.Open : null;
        _pools = new ModelPools(options.Policies, places, _clock, new RandomTree(options.Seed), watch, options.Prediction);
        Fleet = new Fleet(
            places,
            () => new ReplicaGate(options.Health, null),
            _pools,
            _clock,
            new ServingPolicies(options.Policies, options.AdaptsWindows),
            _log,
            options.Tokenizes ? hashes => options.Key?.Of(hashes) ?? hashes : null);
        Metrics = new GatewayMetrics(Fleet);
        var connectTimeout = TimeSpan.FromSeconds(options.ConnectTimeout.Seconds);
        _client = new UpstreamClient(connectTimeout, options.MostConnectionsPerBackend);
        _probes = new UpstreamClient(connectTimeout, 4);
        _watch = new FleetWatch(Fleet, options.Health, _probes, time);
        SetBackends();
        _discovery = new BackendDiscovery(
            options.Sources, TimeSpan.FromSeconds(options.DiscoveryInterval.Seconds), Discovered, text => options.Trouble?.Invoke(text), time);
        var attempt = new Attempt(Fleet, _client, _clock, Metrics);
        _keys = new KeyRing(options.Keys, _clock.Now);
        var latencies = new LatencyBoard();
        var recorder = new RequestRecorder(Metrics, _telemetry, latencies, _log, _clock);
        var tokenizer = new PromptTokenizer(Fleet, _client, _clock, Metrics);
        _inference = new InferenceEndpoint(_options, _keys, Fleet, tokenizer, attempt, _clock, Metrics, recorder, _log);
        _models = new ModelsEndpoint(Fleet);
        var reader = new TrafficReader(Fleet, _clock);
        var state = new LiveState(Fleet, latencies, new LoadLineWatch(reader, _options, _clock), _clock);
        Signals predicted = options.Prediction?.Provides ?? Signals.None;
        _administration = new AdminEndpoints(
            Fleet,
            Metrics,
            state,
            new EventStream(state.Read, time, _closing.Token),
            new WhatIfEndpoint(Fleet, reader, _options),
            new PolicySwitch(Fleet, predicted),
            new CatalogEndpoint(predicted),
            new AdminGuard(options.AdminKeySha256),
            () => ReloadAsked?.Invoke(),
            () => !_stopping);
        _front = Listener(options, options.Address, options.Port);
        _front.Run(ServeAsync);
        if (options.AdminPort is { } port)
        {
            _back = Listener(options, options.AdminAddress, port);
            _back.Run(_administration.HandleAsync);
        }
    }

    /// <summary>Where clients find it.</summary>
    public Uri Address => AddressOf(_front);

    /// <summary>Where those who run it find it; null if nowhere.</summary>
    public Uri? AdminAddress => _back is null ? null : AddressOf(_back);

    /// <summary>
    /// What reloading means, for those who ask for it on the admin port: read the configuration anew and call <see cref="Reload"/>; returns
    /// what was wrong with it. Null if there is nothing to read.
    /// </summary>
    public Func<IReadOnlyList<string>>? ReloadAsked { get; set; }

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

    /// <summary>
    /// These options are in force from now on, for requests that begin then: all of them, or none if anything stands in the way. No request
    /// is dropped. Backends that are not named any more finish what they have.
    /// </summary>
    /// <returns>What stands in the way; empty if it was done.</returns>
    public IReadOnlyList<string> Reload(GatewayOptions next)
    {
        lock (_backendsLock)
        {
            if (_options.Obstacles(next) is { Count: > 0 } obstacles)
            {
                return obstacles;
            }

            _options.Exchange(next);
        }

        _keys.Exchange(next.Keys, _clock.Now);
        Fleet.Reconfigure(new ServingPolicies(next.Policies, next.AdaptsWindows));
        SetBackends();
        return [];
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
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(_options.Current.DrainTimeout.Seconds));
        await _front.StopAsync(patience.Token).ConfigureAwait(false);

        // Whoever watches is not waited for: a page may stay open for ever.
        await _closing.CancelAsync().ConfigureAwait(false);
        using var watchers = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await (_back?.StopAsync(watchers.Token) ?? Task.CompletedTask).ConfigureAwait(false);
        await _discovery.DisposeAsync().ConfigureAwait(false);
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

    private void Discovered(IReadOnlyList<Backend> backends)
    {
        lock (_backendsLock)
        {
            _discovered = backends;
        }

        SetBackends();
    }

    private void SetBackends()
    {
        lock (_backendsLock)
        {
            Backend[] wanted = [.. _options.Current.Backends.Concat(_discovered).DistinctBy(backend => backend.Name)];
            _watch.Add(Fleet.Set(wanted));
            if (wanted.Length > Fleet.Places)
            {
                _options.Current.Trouble?.Invoke($"{wanted.Length} backends, but only {Fleet.Places} places: limits.backends");
            }
        }
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
            "/v1/models" when HttpMethods.IsGet(context.Request.Method) => LacksKey(context)
                ? OpenAiError.WrongKey.WriteAsync(context) : _models.HandleAsync(context),
            "/healthz" or "/health" => _administration.HealthAsync(context),
            "/readyz" => _administration.ReadyAsync(context),
            "/metrics" when HttpMethods.IsGet(context.Request.Method) => LacksKey(context)
                ? OpenAiError.WrongKey.WriteAsync(context) : _administration.MetricsAsync(context),
            _ => OpenAiError.NotFound.WriteAsync(context),
        };
    }

    private bool LacksKey(HttpContext context) => _keys.IsLocked && _keys.Find(context.Request.Headers.Authorization) is null;

    private static WebApplication Listener(GatewayOptions options, IPAddress address, int port)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostLifetime, QuietLifetime>();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(address, port, listen =>
            {
                if (options.Certificate is { } certificate)
                {
                    listen.UseHttps(certificate);
                }
            });
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
