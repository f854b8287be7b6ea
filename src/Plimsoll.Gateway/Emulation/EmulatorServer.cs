using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Plimsoll.Core;
using Plimsoll.Gateway.Hosting;

namespace Plimsoll.Gateway.Emulation;

/// <summary>
/// A model server without a GPU: the replica engine of the simulator on the wall clock, behind the OpenAI API, with vLLM's metrics. What it
/// writes means nothing; when it writes it is what the engine's step times say.
/// </summary>
public sealed class EmulatorServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly EmulatedEngine _engine;
    private readonly KvEventPublisher? _publisher;
    private readonly KvEventReplay? _replay;

    private EmulatorServer(WebApplication application, EmulatedEngine engine, KvEventPublisher? publisher, KvEventReplay? replay) =>
        (_application, _engine, _publisher, _replay) = (application, engine, publisher, replay);

    /// <summary>Where it publishes KV cache events; null if nowhere.</summary>
    public Uri? KvEventsAddress => _publisher?.Address;

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Where those that were missed can be asked for; null if nowhere.</summary>
    public Uri? KvReplayAddress => _replay?.Address;

    internal KvEventPublisher? KvEvents => _publisher;

    /// <summary>Starts one.</summary>
    /// <param name="options">What it is.</param>
    /// <param name="at">Where it listens; port 0 for any free one.</param>
    /// <param name="time">The wall clock.</param>
    /// <exception cref="IOException">Nothing can listen there.</exception>
    public static async Task<EmulatorServer> StartAsync(EmulatorOptions options, IPEndPoint at, TimeProvider time)
    {
        KvEventReplay? replay = At(options.KvReplayPort, at, port => new KvEventReplay(port));
        KvEventPublisher? publisher;
        try
        {
            RandomStream dice = new RandomTree(options.Seed).Stream("kv events");
            publisher = At(options.KvEventsPort, at, port => new KvEventPublisher(port, time, dice, replay));
        }
        catch
        {
            await (replay?.DisposeAsync() ?? ValueTask.CompletedTask);
            throw;
        }

        var engine = new EmulatedEngine(options, time, publisher);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostLifetime, QuietLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.WebHost.ConfigureKestrel(kestrel => Limit(kestrel, options, at));
        WebApplication application = builder.Build();
        application.Run(new EmulatorEndpoint(options, engine, time).HandleAsync);
        try
        {
            await application.StartAsync();
        }
        catch
        {
            await engine.DisposeAsync();
            await application.DisposeAsync();
            await (publisher?.DisposeAsync() ?? ValueTask.CompletedTask);
            await (replay?.DisposeAsync() ?? ValueTask.CompletedTask);
            throw;
        }

        return new EmulatorServer(application, engine, publisher, replay);
    }

    /// <summary>Takes no more connections and waits a few seconds for those there are; then breaks what is left.</summary>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _engine.DisposeAsync();
        await _application.DisposeAsync();
        await (_publisher?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_replay?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private static T? At<T>(int? port, IPEndPoint at, Func<IPEndPoint, T> open)
        where T : class
    {
        try
        {
            return port is { } known ? open(new IPEndPoint(at.Address, known)) : null;
        }
        catch (SocketException taken)
        {
            throw new IOException($"KV events cannot be published at port {port}: {taken.Message}", taken);
        }
    }

    private static void Limit(KestrelServerOptions kestrel, EmulatorOptions options, IPEndPoint at)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(240, TimeSpan.FromSeconds(10));

        // A client may read slowly what comes slowly.
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Listen(at);
    }
}
