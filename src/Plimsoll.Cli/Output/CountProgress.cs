using System.Diagnostics;

namespace Plimsoll.Cli.Output;

/// <summary>Counts requests on the terminal when that takes longer than two seconds, and notices Ctrl-C.</summary>
internal sealed class CountProgress : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Interruption _interruption = new();
    private TimeSpan _lastShown;

    /// <summary>Whether the user pressed Ctrl-C.</summary>
    public bool Interrupted => _interruption.Happened;

    /// <summary>False when the work must stop.</summary>
    public bool Continue(long requests)
    {
        if (Terminal.IsWatched && _clock.Elapsed > Patience && _clock.Elapsed - _lastShown > Between)
        {
            _lastShown = _clock.Elapsed;
            Console.Error.Write($"\r\u001b[K{requests:#,0} requests, {requests / _clock.Elapsed.TotalSeconds:#,0} a second");
        }

        return !Interrupted;
    }

    public void Dispose()
    {
        _interruption.Dispose();
        if (_lastShown > TimeSpan.Zero)
        {
            Console.Error.Write("\r\u001b[K");
        }
    }
}
