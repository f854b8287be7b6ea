using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using Plimsoll.LoadGen.Http;
using Plimsoll.Wire;

namespace Plimsoll.LoadGen.Servers;

/// <summary>What is asked of a server beside the load: where it is, which model it serves, how it counts tokens, its metrics.</summary>
public sealed class ServerAccess : IDisposable
{
    private const int LongestQuote = 300;

    private readonly Target _target;
    private readonly Uri _metrics;
    private readonly HttpClient _http;

    /// <param name="target">The server.</param>
    /// <param name="apiKey">Sent as a bearer token; null for none.</param>
    /// <param name="metrics">Where its metrics are; null for <c>/metrics</c>.</param>
    public ServerAccess(Target target, string? apiKey, Uri? metrics = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        (_target, _metrics) = (target, metrics ?? target.At("/metrics"));
        _http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
        })
        {
            Timeout = TimeSpan.FromSeconds(120),
        };
        if (apiKey is not null)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
        }
    }

    /// <summary>An address of the server that answers.</summary>
    /// <exception cref="ServerProblemException">None does.</exception>
    public async Task<IPEndPoint> FindAsync(CancellationToken stop)
    {
        try
        {
            Exception? last = null;
            foreach (IPAddress address in await Dns.GetHostAddressesAsync(_target.Host, stop).ConfigureAwait(false))
            {
                var at = new IPEndPoint(address, _target.Port);
                using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
                patience.CancelAfter(TimeSpan.FromSeconds(10));
                try
                {
                    await socket.ConnectAsync(at, patience.Token).ConfigureAwait(false);
                    return at;
                }
                catch (Exception closed) when (closed is SocketException or OperationCanceledException && !stop.IsCancellationRequested)
                {
                    last = closed;
                }
            }

            throw new ServerProblemException($"{_target} cannot be reached: {(last is SocketException ? last.Message : "no answer within 10 s")}", last!);
        }
        catch (SocketException unknown)
        {
            throw new ServerProblemException($"{_target.Host} cannot be found: {unknown.Message}", unknown);
        }
    }

    /// <summary>The first model that it lists.</summary>
    /// <exception cref="ServerProblemException">It lists none.</exception>
    public async Task<string> ModelAsync(CancellationToken stop)
    {
        Uri at = _target.At("/v1/models");
        (HttpStatusCode status, string body) = await SendAsync(new HttpRequestMessage(HttpMethod.Get, at), stop).ConfigureAwait(false);
        if (status != HttpStatusCode.OK)
        {
            throw new ServerProblemException($"GET {at} answered {(int)status}: {Quote(body)}; is this a server of the OpenAI API? Name its model with --model");
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.GetProperty("data")[0].GetProperty("id").GetString() ?? throw new JsonException();
        }
        catch (Exception strange) when (strange is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new ServerProblemException($"GET {at} does not answer with a list of models: {Quote(body)}; is this a server of the OpenAI API?", strange);
        }
    }

    /// <summary>Sends a trial prompt; how many prompt tokens the server counted, null when it does not count.</summary>
    /// <param name="body">The request's body, not streamed.</param>
    /// <param name="chat">Whether it is a chat.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="ServerProblemException">It refused, or this is no answer of the OpenAI API.</exception>
    public async Task<int?> CountAsync(string body, bool chat, CancellationToken stop)
    {
        Uri at = _target.At(chat ? "/v1/chat/completions" : "/v1/completions");
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        (HttpStatusCode status, string answer) = await SendAsync(new HttpRequestMessage(HttpMethod.Post, at) { Content = content },
            stop).ConfigureAwait(false);
        var scanner = new StreamScanner();
        scanner.WatchWhole(Encoding.UTF8.GetBytes(answer));
        if (status != HttpStatusCode.OK)
        {
            throw new ServerProblemException($"POST {at} answered {(int)status}: {Quote(scanner.ErrorMessage ?? answer)}");
        }

        if (!scanner.HasChoices)
        {
            throw new ServerProblemException($"POST {at} does not answer as the OpenAI API does: {Quote(answer)}");
        }

        return scanner.PromptTokens is > 0 ? scanner.PromptTokens : null;
    }

    /// <summary>Its metrics; null when it shows none.</summary>
    public async Task<string?> MetricsAsync(CancellationToken stop)
    {
        try
        {
            (HttpStatusCode status, string body) = await SendAsync(new HttpRequestMessage(HttpMethod.Get, _metrics),
                stop).ConfigureAwait(false);
            return status == HttpStatusCode.OK ? body : null;
        }
        catch (ServerProblemException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<(HttpStatusCode Status, string Body)> SendAsync(HttpRequestMessage request, CancellationToken stop)
    {
        try
        {
            using HttpResponseMessage answer = await _http.SendAsync(request, stop).ConfigureAwait(false);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync(stop).ConfigureAwait(false));
        }
        catch (HttpRequestException broken)
        {
            string hint = broken.GetBaseException() is AuthenticationException ? "; SSL_CERT_FILE can name a file of certificates to trust" : "";
            throw new ServerProblemException($"{request.Method} {request.RequestUri}: {broken.GetBaseException().Message}{hint}", broken);
        }
        catch (TaskCanceledException slow) when (!stop.IsCancellationRequested)
        {
            throw new ServerProblemException($"{request.Method} {request.RequestUri}: no answer within {_http.Timeout.TotalSeconds:0} s",
                slow);
        }
        finally
        {
            request.Dispose();
        }
    }

    private static string Quote(string text)
    {
        string line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        return line.Length == 0 ? "(nothing)" : line.Length > LongestQuote ? line[..LongestQuote] + "…" : line;
    }
}
