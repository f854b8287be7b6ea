using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Plimsoll.Gateway.Tests.Hosting;

/// <summary>An engine that does what a test says, on a port of its own.</summary>
internal sealed class FakeEngine : IAsyncDisposable
{
    public const string WholeAnswer =
        """{"id":"c1","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"}}],"usage":{"prompt_tokens":7,"completion_tokens":2}}""";

    private readonly WebApplication _app;
    private int _running;
    private int _probes;

    private FakeEngine()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(HandleAsync);
    }

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public string[] Models { get; set; } = ["m"];

    public bool Healthy { get; set; } = true;

    public string? Metrics { get; set; }

    public string? Slots { get; set; }

    /// <summary>What it answers to a request for inference.</summary>
    public Func<HttpContext, byte[], Task> Answer { get; set; } = (context, _) => WriteAsync(context, WholeAnswer);

    public ConcurrentQueue<(IHeaderDictionary Headers, byte[] Body, string Path)> Seen { get; } = new();

    /// <summary>Requests for inference that it has and has not ended.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Times that its metrics were asked for.</summary>
    public int Probes => Volatile.Read(ref _probes);

    /// <summary>Most of them at a time.</summary>
    public int MostRunning { get; private set; }

    public static async Task<FakeEngine> StartAsync()
    {
        var engine = new FakeEngine();
        await engine._app.StartAsync();
        return engine;
    }

    public static async Task WriteAsync(HttpContext context, string json, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes);
    }

    /// <summary>Sends a stream piece by piece, each with a flush of its own.</summary>
    public static async Task StreamAsync(HttpContext context, IEnumerable<byte[]> pieces, int pauseMilliseconds = 0)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.ContentType = "text/event-stream; charset=utf-8";
        }

        foreach (byte[] piece in pieces)
        {
            await context.Response.Body.WriteAsync(piece, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            if (pauseMilliseconds > 0)
            {
                await Task.Delay(pauseMilliseconds, context.RequestAborted);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        switch (context.Request.Path.Value)
        {
            case "/health":
                context.Response.StatusCode = Healthy ? 200 : 503;
                return;
            case "/metrics":
                Interlocked.Increment(ref _probes);
                context.Response.StatusCode = Metrics is null ? 404 : 200;
                await context.Response.WriteAsync(Metrics ?? "");
                return;
            case "/slots":
                await WriteAsync(context, Slots ?? "", Slots is null ? 404 : 200);
                return;
            case "/v1/models":
                string entries = string.Join(',', Models.Select(model => $$"""{"id":"{{model}}","object":"model","created":1,"owned_by":"test"}"""));
                await WriteAsync(context, $$"""{"object":"list","data":[{{entries}}]}""");
                return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        Seen.Enqueue((new HeaderDictionary(context.Request.Headers.ToDictionary(pair => pair.Key, pair => pair.Value)), body.ToArray(), context.Request.Path));
        lock (Seen)
        {
            MostRunning = Math.Max(MostRunning, ++_running);
        }

        try
        {
            await Answer(context, body.ToArray());
        }
        catch (OperationCanceledException)
        {
            // The gateway left.
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }
}
