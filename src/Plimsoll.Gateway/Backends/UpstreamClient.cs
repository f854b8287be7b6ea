using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Plimsoll.Gateway.Observing;

namespace Plimsoll.Gateway.Backends;

/// <summary>
/// Sends requests to engines over pooled connections; nothing is followed, cached, decompressed or added. An answer that is given back
/// before its end closes its connection at once, so that the engine notices.
/// </summary>
public sealed class UpstreamClient : IDisposable
{
    private readonly HttpMessageInvoker _invoker;

    /// <summary>A client.</summary>
    /// <param name="connectTimeout">How long a connection may take to open.</param>
    /// <param name="mostConnections">Most connections to one engine.</param>
    public UpstreamClient(TimeSpan connectTimeout, int mostConnections)
    {
        _invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            ConnectTimeout = connectTimeout,
            MaxConnectionsPerServer = mostConnections,
            MaxResponseDrainSize = 0,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
        });
    }

    /// <summary>Sends a client's request on and returns as soon as the answer's head is there.</summary>
    /// <param name="request">The client's request.</param>
    /// <param name="body">Its body.</param>
    /// <param name="backend">Where it goes.</param>
    /// <param name="path">What is asked for there.</param>
    /// <param name="span">The attempt's span, whose context the engine gets; null to pass the client's on.</param>
    /// <param name="stop">Nobody waits any more.</param>
    /// <exception cref="HttpRequestException">The engine could not be reached, or broke the connection.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        HttpRequest request, HttpContent body, Backend backend, string path, Activity? span, CancellationToken stop)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, backend.At(path))
        {
            Content = body,
            Version = HttpVersion.Version11,
        };
        UpstreamHeaders.ToEngine(request.Headers, message, backend);
        GatewayTelemetry.PassOn(span, message);
        return await _invoker.SendAsync(message, stop).ConfigureAwait(false);
    }

    /// <summary>Asks an engine for something of its own, such as its metrics.</summary>
    public async Task<HttpResponseMessage> GetAsync(Backend backend, string path, CancellationToken stop)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, backend.At(path)) { Version = HttpVersion.Version11 };
        if (backend.ApiKey is { } key)
        {
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        return await _invoker.SendAsync(message, stop).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _invoker.Dispose();
}
