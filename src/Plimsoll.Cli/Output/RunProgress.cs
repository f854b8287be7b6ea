using System.Diagnostics;
using Plimsoll.Core;
using Plimsoll.Simulation;

namespace Plimsoll.Cli.Output;

/// <summary>A progress line on the terminal for runs longer than two seconds, and Ctrl-C, which stops a run and keeps what there is.</summary>
internal sealed class RunProgress : IRunObserver, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly long? _expected;
    private readonly Func<bool>? _mustStop;
    private readonly ConsoleCancelEventHandler _onCancel;
    private readonly Action<RequestTimeline>? _ended;
    private TimeSpan _lastShown;
    private bool _shown;
    private volatile bool _interrupted;

    /// <param name="expected">Requests to come, if that is known.</param>
    /// <param name="mustStop">Asked now and then; true stops the run.</param>
    /// <param name="ended">Told about every request that ended.</param>
    public RunProgress(long? expected = null, Func<bool>? mustStop = null, Action<RequestTimeline>? ended = null)
    {
        _expected = expected;
        _mustStop = mustStop;
        _ended = ended;
        _onCancel = (_, pressed) =>
        {
            // The second time the process dies as usual.
            pressed.Cancel = !_interrupted;
            _interrupted = true;
        };
        Console.CancelKeyPress += _onCancel;
    }

    /// <summary>Whether the user pressed Ctrl-C.</summary>
    public bool Interrupted => _interrupted;

    public void Ended(in RequestTimeline timeline) => _ended?.Invoke(timeline);

    public bool Continue(Instant now, long arrived, long ended)
    {
        if (Terminal.IsWatched && _clock.Elapsed > Patience && _clock.Elapsed - _lastShown > Between)
        {
            _lastShown = _clock.Elapsed;
            Show(now, ended);
        }

        return !_interrupted && _mustStop?.Invoke() != true;
    }

    public void Dispose()
    {
        Console.CancelKeyPress -= _onCancel;
        if (_shown)
        {
            Console.Error.Write("\r\u001b[K");
        }
    }

    private void Show(Instant now, long ended)
    {
        _shown = true;
        double perSecond = ended / _clock.Elapsed.TotalSeconds;
        string share = _expected is { } all && all > 0 ? $"{Bar((double)ended / all)} {100.0 * ended / all:0} % of {all:#,0}" : $"{ended:#,0}";
        Console.Error.Write($"\r\u001b[K{share} requests, {perSecond:#,0} a second, virtual time {now.Seconds:#,0} s");
    }

    private static string Bar(double share)
    {
        const int Width = 24;
        int full = (int)Math.Clamp(share * Width, 0, Width);
        return "[" + new string('#', full) + new string('.', Width - full) + "]";
    }
}
