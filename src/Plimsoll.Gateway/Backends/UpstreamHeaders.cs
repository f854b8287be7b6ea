using System.Collections.Frozen;
using System.Globalization;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Plimsoll.Gateway.Backends;

/// <summary>Which headers go on. What belongs to one connection stays there, and so do keys: each side has its own.</summary>
internal static class UpstreamHeaders
{
    private static readonly FrozenSet<string> NotForEngines = new[]
    {
        "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer", "Transfer-Encoding",
        "Upgrade", "Host", "Content-Length", "Expect", "Authorization", "Cookie", "X-Data-Parallel-Rank", "Accept-Encoding",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> NotForClients = new[]
    {
        "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Server", "Set-Cookie",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> NoNames = [];

    public static void ToEngine(IHeaderDictionary from, HttpRequestMessage to, Backend backend)
    {
        HashSet<string> named = NamedByConnection(from.Connection);
        foreach ((string name, StringValues values) in from)
        {
            if (NotForEngines.Contains(name) || named.Contains(name) || name.StartsWith(':'))
            {
                continue;
            }

            HttpHeaders headers = name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase) ? to.Content!.Headers : to.Headers;
            headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }

        if (backend.ApiKey is { } key)
        {
            to.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        if (backend.Rank is { } rank)
        {
            to.Headers.Add("X-data-parallel-rank", rank.ToString(CultureInfo.InvariantCulture));
        }
    }

    public static void ToClient(HttpResponseMessage from, IHeaderDictionary to)
    {
        Add(from.Headers.NonValidated, to);
        Add(from.Content.Headers.NonValidated, to);
        if (from.Headers.NonValidated.TryGetValues("Connection", out HeaderStringValues connection))
        {
            foreach (string name in NamedByConnection(connection.ToString()))
            {
                to.Remove(name);
            }
        }
    }

    private static void Add(HttpHeadersNonValidated from, IHeaderDictionary to)
    {
        foreach ((string name, HeaderStringValues values) in from)
        {
            if (!NotForClients.Contains(name))
            {
                to[name] = values.Count == 1 ? new StringValues(values.ToString()) : new StringValues([.. values]);
            }
        }
    }

    // RFC 9110, section 7.6.1: a sender may name further headers that end with this connection. Where "close" or "keep-alive" stands beside
    // them, Kestrel keeps that word alone, and they go on: a header more, never one less.
    private static HashSet<string> NamedByConnection(StringValues connection) => connection.Count == 0
        ? NoNames
        : new(
            connection.SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)),
            StringComparer.OrdinalIgnoreCase);
}
