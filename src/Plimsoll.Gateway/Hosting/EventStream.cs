using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Plimsoll.Gateway.Hosting;

/// <summary>
/// The state once a second as server-sent events. A reader who does not take an event within five seconds is cut off, and there are never
/// more than 16 readers; nothing is kept for anybody.
/// </summary>
internal sealed class EventStream(Func<ReadOnlyMemory<byte>> read, TimeProvider time, CancellationToken stop)
{
    private const int MostReaders = 16;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private int _readers;

    /// <summary>Readers now.</summary>
    public int Readers => Volatile.Read(ref _readers);

    public async Task HandleAsync(HttpContext context)
    {
        if (Interlocked.Increment(ref _readers) > MostReaders)
        {
            Interlocked.Decrement(ref _readers);
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        using var leave = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stop);
        try
        {
            await WriteAllAsync(context, leave.Token).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // Gone, too slow, or the gateway stops.
            if (!stop.IsCancellationRequested)
            {
                context.Abort();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _readers);
        }
    }

    private async Task WriteAllAsync(HttpContext context, CancellationToken leave)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        using var clock = new PeriodicTimer(Interval, time);
        do
        {
            using var patience = new CancellationTokenSource(Patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(leave, patience.Token);
            await context.Response.Body.WriteAsync("data: "u8.ToArray(), either.Token).ConfigureAwait(false);
            await context.Response.Body.WriteAsync(read(), either.Token).ConfigureAwait(false);
            await context.Response.Body.WriteAsync("\n\n"u8.ToArray(), either.Token).ConfigureAwait(false);
            await context.Response.Body.FlushAsync(either.Token).ConfigureAwait(false);
        }
        while (await clock.WaitForNextTickAsync(leave).ConfigureAwait(false));
    }
}
