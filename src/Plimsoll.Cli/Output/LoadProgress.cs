using System.Globalization;
using Plimsoll.LoadGen.Runs;

namespace Plimsoll.Cli.Output;

/// <summary>A line on the terminal while load is generated, and Ctrl-C, which ends the run and keeps what there is.</summary>
internal sealed class LoadProgress : ILoadWatcher, IDisposable
{
    private const double Patience = 2;
    private const double Between = 0.2;

    private readonly Interruption _interruption = new();
    private double _lastShown = double.NegativeInfinity;
    private bool _shown;

    /// <summary>What is being done, in a few words.</summary>
    public string Task { get; set; } = "";

    /// <summary>Requests of a run.</summary>
    public long Expected { get; set; }

    /// <summary>Whether the user pressed Ctrl-C.</summary>
    public bool Interrupted => _interruption.Happened;

    public bool Continue(double seconds, long started, long ended)
    {
        if (Terminal.IsWatched && (seconds > Patience || _shown) && Math.Abs(seconds - _lastShown) > Between)
        {
            (_lastShown, _shown) = (seconds, true);
            Console.Error.Write(string.Create(
                CultureInfo.InvariantCulture, $"\r\u001b[K{Task}{seconds:0} s: {started:#,0} of {Expected:#,0} started, {started - ended:#,0} in flight, {ended:#,0} ended"));
        }

        return !Interrupted;
    }

    public void Dispose()
    {
        _interruption.Dispose();
        if (_shown)
        {
            Console.Error.Write("\r\u001b[K");
        }
    }
}
