using System.Text;
using Microsoft.AspNetCore.Http;
using Plimsoll.Gateway.Access;
using Plimsoll.Gateway.Backends;
using Plimsoll.Gateway.Observing;
using Plimsoll.Gateway.Observing.Live;
using Plimsoll.Gateway.OpenAi;

namespace Plimsoll.Gateway.Hosting;

/// <summary>
/// What those who run the gateway see and do: the dashboard, metrics, state, draining.
/// </summary>
internal sealed class AdminEndpoints(
    Fleet fleet,
    GatewayMetrics metrics,
    LiveState state,
    EventStream events,
    WhatIfEndpoint whatIf,
    PolicySwitch policies,
    CatalogEndpoint catalog,
    AdminGuard guard,
    Func<IReadOnlyList<string>?> reload,
    Func<bool> isOpen)
{
    public Task HandleAsync(HttpContext context)
    {
        string path = context.Request.Path.Value!;
        if (guard.Refusal(context) is { } status)
        {
            return TextAsync(context, status, status == StatusCodes.Status401Unauthorized ? "the admin key is needed\n" : "only for this machine\n");
        }

        if (HttpMethods.IsPost(context.Request.Method))
        {
            return path switch
            {
                "/api/drain" or "/api/resume" => DrainAsync(context, path == "/api/drain"),
                "/api/policies" => policies.HandleAsync(context),
                "/api/reload" => ReloadAsync(context),
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
            "/api/catalog" => catalog.WriteAsync(context),
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

    private Task ReloadAsync(HttpContext context) => reload() switch
    {
        null => TextAsync(context, StatusCodes.Status409Conflict, "there is no configuration file to read\n"),
        { Count: 0 } => TextAsync(context, StatusCodes.Status200OK, "reloaded\n"),
        { } problems => TextAsync(context, StatusCodes.Status422UnprocessableEntity, string.Join('\n', problems) + "\n"),
    };

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

    private static Task TextAsync(HttpContext context, int status, string text, string type = "text/plain; charset=utf-8")
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.ContentLength = bytes.Length;
        return context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }
}
