using System.Diagnostics;
using Plimsoll.Core;
using Plimsoll.Metrics;

namespace Plimsoll.LoadGen.Timing;

/// <summary>
/// Measures how late the threads that read answers are: every five milliseconds it leaves them a task and notes how long that waits.
/// Answers wait as long before they get their time stamp.
/// </summary>
internal sealed class LoopProbe : IDisposable
{
    private const long Between = 5_000_000;

    private readonly Lock _lock = new();
    private readonly LatencySketch _lag = new();
    private readonly Thread _thread;
    private readonly Action _tick;
    private volatile bool _stopped;

    /// <summary>Starts it.</summary>
    /// <param name="tick">Called every few milliseconds, for what else must be looked at now and then.</param>
    public LoopProbe(Action tick)
    {
        _tick = tick;
        _thread = new Thread(Run) { IsBackground = true, Name = "loop probe" };
        _thread.Start();
    }

    /// <summary>Stops, and gives what it measured.</summary>
    public LatencySketch Stop()
    {
        Dispose();
        lock (_lock)
        {
            var copy = new LatencySketch();
            copy.Merge(_lag);
            return copy;
        }
    }

    public void Dispose()
    {
        _stopped = true;
        _thread.Join();
    }

    private void Run()
    {
        var sleep = new PreciseSleep();
        while (!_stopped)
        {
            sleep.Sleep(Between);
            ThreadPool.UnsafeQueueUserWorkItem(Note, Stopwatch.GetTimestamp(), preferLocal: false);
            _tick();
        }
    }

    private void Note(long posted)
    {
        TimeSpan late = Stopwatch.GetElapsedTime(posted);
        lock (_lock)
        {
            _lag.Add(new Duration(late.Ticks * TimeSpan.NanosecondsPerTick));
        }
    }
}
