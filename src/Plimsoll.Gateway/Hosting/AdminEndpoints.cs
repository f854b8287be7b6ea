using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Plimsoll.Gateway.Backends;
using Plimsoll.Gateway.Observing;
using Plimsoll.Gateway.Observing.Live;
using Plimsoll.Gateway.OpenAi;

namespace Plimsoll.Gateway.Hosting;

/// <summary>
/// What those who run the gateway see and do: the dashboard, metrics, state, draining. It answers only to names of this machine, and to no
/// web page but its own.
/// </summary>
internal sealed class AdminEndpoints(
    Fleet fleet, GatewayMetrics metrics, LiveState state, EventStream events, WhatIfEndpoint whatIf, Func<bool> isOpen)
{
    public Task HandleAsync(HttpContext context)
    {
        string path = context.Request.Path.Value!;

        // The page itself says nothing, and people may come to it by a link.
        bool isPage = HttpMethods.IsGet(context.Request.Method) && DashboardFiles.Has(path);
        if (!IsLocal(context.Request.Host.Host) || (!isPage && !IsOwnPage(context.Request)))
        {
            return TextAsync(context, StatusCodes.Status403Forbidden, "only for this machine\n");
        }

        if (HttpMethods.IsPost(context.Request.Method))
        {
            return path switch
            {
                "/api/drain" or "/api/resume" => DrainAsync(context, path == "/api/drain"),
                "/api/what-if" => whatIf.HandleAsync(context),
                _ => OpenAiError.NotFound.WriteAsync(context),
            };
        }

        return !HttpMethods.IsGet(context.Request.Method) ? OpenAiError.WrongMethod.WriteAsync(context) : path switch
        {
            "/healthz" => HealthAsync(context),
            "/readyz" => ReadyAsync(context),
            "/metrics" => MetricsAsync(context),
            "/api/state" => StateAsync(context),
            "/api/events" => events.HandleAsync(context),
            "/api/catalog" => CatalogEndpoint.WriteAsync(context),
            _ when DashboardFiles.Has(path) => DashboardFiles.WriteAsync(context),
            _ => OpenAiError.NotFound.WriteAsync(context),
        };
    }

    /// <summary>The page that Prometheus reads.</summary>
    public Task MetricsAsync(HttpContext context) =>
        TextAsync(context, StatusCodes.Status200OK, metrics.Page(), "text/plain; version=0.0.4; charset=utf-8");

    /// <summary>Whether the process works.</summary>
    public Task HealthAsync(HttpContext context) => fleet.Pools().Any(pool => pool.Loop.Completion.IsFaulted)
        ? TextAsync(context, StatusCodes.Status500InternalServerError, "a dispatcher has stopped\n")
        : TextAsync(context, StatusCodes.Status200OK, "ok\n");

    /// <summary>Whether it takes requests.</summary>
    public Task ReadyAsync(HttpContext context) => isOpen() && fleet.Ready
        ? TextAsync(context, StatusCodes.Status200OK, "ready\n")
        : TextAsync(context, StatusCodes.Status503ServiceUnavailable, isOpen() ? "no replica is ready\n" : "stopping\n");

    private Task DrainAsync(HttpContext context, bool drains)
    {
        string name = context.Request.Query["replica"].ToString();
        Replica? replica = fleet.Replicas.FirstOrDefault(candidate => candidate.Backend.Name == name);
        if (replica is null)
        {
            return TextAsync(context, StatusCodes.Status404NotFound, "no such replica; give its name, as in ?replica=10.0.0.1:8000\n");
        }

        fleet.Drain(replica.Backend.Replica, drains);
        return TextAsync(context, StatusCodes.Status200OK, drains ? "draining\n" : "resumed\n");
    }

    private Task StateAsync(HttpContext context)
    {
        ReadOnlyMemory<byte> document = state.Read();
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = document.Length;
        return context.Response.Body.WriteAsync(document, context.RequestAborted).AsTask();
    }

    // A browser says which page asks, except where that page only reads from its own server. What a page elsewhere sends has another
    // origin, and what it makes a browser load says so too.
    private static bool IsOwnPage(HttpRequest request)
    {
        string origin = request.Headers.Origin.ToString();
        string site = request.Headers["Sec-Fetch-Site"].ToString();
        bool isOwn = origin.Length == 0 || origin.Equals($"{request.Scheme}://{request.Host.Value}", StringComparison.OrdinalIgnoreCase);
        return isOwn && (site is "" or "same-origin" || (site == "none" && HttpMethods.IsGet(request.Method)));
    }

    private static bool IsLocal(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));

    private static Task TextAsync(HttpContext context, int status, string text, string type = "text/plain; charset=utf-8")
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.ContentLength = bytes.Length;
        return context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }
}
