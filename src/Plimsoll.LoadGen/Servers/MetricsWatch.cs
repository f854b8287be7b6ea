using System.Diagnostics;

namespace Plimsoll.LoadGen.Servers;

/// <summary>Takes a server's metrics page before, during and after a run, away from the threads that measure.</summary>
public sealed class MetricsWatch : IDisposable
{
    private readonly ServerAccess _server;
    private readonly List<(double Seconds, string Page)> _pages = [];
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly CancellationTokenSource _stop = new();
    private Task _watching = Task.CompletedTask;

    private MetricsWatch(ServerAccess server) => _server = server;

    /// <summary>Takes the page before the run and goes on taking it; null when the server shows no metrics.</summary>
    /// <param name="server">The server.</param>
    /// <param name="between">Time from one page to the next.</param>
    /// <param name="stop">Stops it.</param>
    public static async Task<MetricsWatch?> StartAsync(ServerAccess server, TimeSpan between, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(server);
        var watch = new MetricsWatch(server);
        if (!await watch.TakeAsync(stop).ConfigureAwait(false))
        {
            return null;
        }

        watch._watching = watch.GoOnAsync(between);
        return watch;
    }

    /// <summary>Takes the page after the run: what they all show.</summary>
    public async Task<ServerView> FinishAsync(CancellationToken stop)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        await TakeAsync(stop).ConfigureAwait(false);
        return ServerView.Of(_pages);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _watching.GetAwaiter().GetResult();
        _stop.Dispose();
    }

    private async Task GoOnAsync(TimeSpan between)
    {
        try
        {
            while (true)
            {
                await Task.Delay(between, _stop.Token).ConfigureAwait(false);
                await TakeAsync(_stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The run has ended.
        }
    }

    private async Task<bool> TakeAsync(CancellationToken stop)
    {
        string? page = await _server.MetricsAsync(stop).ConfigureAwait(false);
        if (page is not null)
        {
            _pages.Add((Stopwatch.GetElapsedTime(_started).TotalSeconds, page));
        }

        return page is not null;
    }
}
