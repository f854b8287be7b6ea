using System.Diagnostics;
using Plimsoll.Core;
using Plimsoll.Simulation;

namespace Plimsoll.Cli.Output;

/// <summary>
/// A progress line on the terminal for work longer than two seconds, and Ctrl-C, which stops all runs and keeps what there is. Any
/// number of runs, on any threads, may be watched at once.
/// </summary>
internal sealed class RunProgress : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Lock _terminal = new();
    private readonly long? _expected;
    private readonly Interruption _interruption = new();
    private TimeSpan _lastShown;
    private long _ended;
    private volatile bool _shown;
    private volatile int _partsDone;
    private volatile int _parts;

    /// <param name="expected">Requests to come over all runs, if that is known.</param>
    public RunProgress(long? expected) => _expected = expected;

    /// <summary>Whether the user pressed Ctrl-C.</summary>
    public bool Interrupted => _interruption.Happened;

    /// <summary>An observer for one run.</summary>
    /// <param name="mustStop">Asked now and then; true stops the run.</param>
    /// <param name="ended">Told about every request that ended; null if nobody asks.</param>
    public IRunObserver Watch(Func<bool> mustStop, Action<RequestTimeline>? ended) => new Observer(this, mustStop, ended);

    /// <summary>Says how far the work is, where that is not a matter of requests.</summary>
    public void Tell(int partsDone, int parts) => (_partsDone, _parts) = (partsDone, parts);

    public void Dispose()
    {
        _interruption.Dispose();
        if (_shown)
        {
            Console.Error.Write("\r\u001b[K");
        }
    }

    private static string Bar(double share)
    {
        const int Width = 24;
        int full = (int)Math.Clamp(share * Width, 0, Width);
        return "[" + new string('#', full) + new string('.', Width - full) + "]";
    }

    private void Advance(long ended)
    {
        long all = Interlocked.Add(ref _ended, ended);
        if (!Terminal.IsWatched || _clock.Elapsed < Patience || !_terminal.TryEnter())
        {
            return;
        }

        try
        {
            if (_clock.Elapsed - _lastShown > Between)
            {
                _lastShown = _clock.Elapsed;
                _shown = true;
                string share = _expected is { } expected ? $"{Bar((double)all / expected)} {100.0 * all / expected:0} % of {expected:#,0}"
                    : _parts > 0 ? $"{Bar((double)_partsDone / _parts)} {_partsDone} of {_parts} parts, {all:#,0}"
                    : $"{all:#,0}";
                Console.Error.Write($"\r\u001b[K{share} requests, {all / _clock.Elapsed.TotalSeconds:#,0} a second");
            }
        }
        finally
        {
            _terminal.Exit();
        }
    }

    private sealed class Observer(RunProgress progress, Func<bool> mustStop, Action<RequestTimeline>? ended) : IRunObserver
    {
        private long _told;

        public void Ended(in RequestTimeline timeline) => ended?.Invoke(timeline);

        public bool Continue(Instant now, long arrived, long ended)
        {
            progress.Advance(ended - _told);
            _told = ended;
            return !progress.Interrupted && !mustStop();
        }
    }
}
