using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Plimsoll.Core;
using Plimsoll.Gateway.OpenAi;

namespace Plimsoll.Gateway.Emulation;

/// <summary>
/// The faults an emulated server has now, and where they are changed: PUT a list of them as text, as in <c>["slow:3", "error:0.1"]</c>, or
/// DELETE them all. Only from this machine.
/// </summary>
internal sealed class FaultSwitch(EmulatorFaults faults, EmulatedEngine engine)
{
    /// <summary>Where.</summary>
    public const string Path = "/emulator/faults";

    private const int MostBytes = 16_384;

    private volatile EmulatorFaults _now = faults;
    private volatile string? _staleMetrics;

    public EmulatorFaults Now => _now;

    public RequestFault Draw(ulong seed, long call)
    {
        var dice = new RandomStream(StableHash.Combine(seed, StableHash.Of("faults"), (ulong)call));
        return _now.Draw(ref dice);
    }

    /// <summary>The metrics, or what they were when they began to be stale.</summary>
    public async Task<string> MetricsAsync()
    {
        if (!_now.StaleMetrics)
        {
            return await engine.MetricsAsync();
        }

        return _staleMetrics ??= await engine.MetricsAsync();
    }

    public async Task HandleAsync(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } from || !IPAddress.IsLoopback(from))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        if (HttpMethods.IsDelete(context.Request.Method))
        {
            await SetAsync(EmulatorFaults.None);
        }
        else if (HttpMethods.IsPut(context.Request.Method))
        {
            if (await ReadAsync(context) is not { } wanted)
            {
                return;
            }

            await SetAsync(wanted);
        }

        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(JsonSerializer.Serialize(_now), context.RequestAborted);
    }

    private async Task SetAsync(EmulatorFaults wanted)
    {
        _staleMetrics = wanted.StaleMetrics ? await engine.MetricsAsync() : null;
        _now = wanted;
        await engine.SetFaultsAsync(wanted);
    }

    private static async Task<EmulatorFaults?> ReadAsync(HttpContext context)
    {
        using BodyBuffer? body = await BodyBuffer.ReadAsync(context.Request, MostBytes, context.RequestAborted);
        string[]? texts = null;
        string problem = "the body must be a list of faults: " + EmulatorFaults.Forms;
        try
        {
            texts = body is null ? null : JsonSerializer.Deserialize<string[]>(body.Bytes.Span);
        }
        catch (JsonException)
        {
            // Said below.
        }

        EmulatorFaults? wanted = texts is null ? null : EmulatorFaults.None;
        foreach (string text in texts ?? [])
        {
            wanted = wanted?.Parse(text, out problem);
        }

        if (wanted is null)
        {
            await OpenAiError.Invalid(problem).WriteAsync(context);
        }

        return wanted;
    }
}
