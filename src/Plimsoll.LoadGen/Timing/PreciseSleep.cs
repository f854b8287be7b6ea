using System.Runtime.InteropServices;

namespace Plimsoll.LoadGen.Timing;

/// <summary>
/// Sleeps to the microsecond without burning a core. On Linux the calling thread asks the kernel for exact timers (timer slack of one
/// microsecond instead of fifty) and sleeps with nanosleep until 40 µs before the time; only those are spun, and not at all on one core.
/// Elsewhere it sleeps in milliseconds and spins the last one and a half.
/// </summary>
internal sealed class PreciseSleep
{
    private const int SetTimerSlack = 29;
    private const long ExactMargin = 40_000;
    private const long CoarseMargin = 1_500_000;
    private const long LongestSleep = 20_000_000;

    private readonly bool _exact;
    private readonly long _margin;

    /// <summary>For the calling thread.</summary>
    public PreciseSleep()
    {
        _exact = OperatingSystem.IsLinux() && TryExact();
        _margin = Environment.ProcessorCount == 1 ? 0 : _exact ? ExactMargin : CoarseMargin;
    }

    /// <summary>Returns when the clock has reached a time, at once if it has; false when it must stop before that.</summary>
    public bool Until(RunClock clock, long nanoseconds, CancellationToken stop)
    {
        for (long left = nanoseconds - clock.Now; left > 0; left = nanoseconds - clock.Now)
        {
            if (stop.IsCancellationRequested)
            {
                return false;
            }

            if (left > _margin)
            {
                Sleep(Math.Min(left - _margin, LongestSleep));
            }
            else
            {
                Thread.SpinWait(8);
            }
        }

        return !stop.IsCancellationRequested;
    }

    /// <summary>Sleeps about so long.</summary>
    public void Sleep(long nanoseconds)
    {
        if (_exact)
        {
            var time = new TimeSpec { Seconds = nanoseconds / 1_000_000_000, Nanoseconds = nanoseconds % 1_000_000_000 };
            _ = NanoSleep(ref time, IntPtr.Zero);
        }
        else
        {
            Thread.Sleep((int)Math.Max(1, nanoseconds / 1_000_000));
        }
    }

    private static bool TryExact()
    {
        try
        {
            return IntPtr.Size == 8 && ProcessControl(SetTimerSlack, 1_000, 0, 0, 0) == 0;
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    [DllImport("libc", EntryPoint = "nanosleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NanoSleep(ref TimeSpec time, IntPtr left);

    [DllImport("libc", EntryPoint = "prctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ProcessControl(int option, nuint a, nuint b, nuint c, nuint d);

    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
