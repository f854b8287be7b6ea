namespace Plimsoll.Gateway.Backends;

/// <summary>
/// How many requests an engine can take without queueing them, found by trying. Beyond that number requests gain nothing by being sent, and
/// lose the order that the gateway could still give them. It has no clock; for one caller at a time, once for each look at the engine.
/// </summary>
/// <remarks>
/// <para>
/// Where the engine says how many requests wait in its queue: additive increase, multiplicative decrease. If more wait than one sixteenth
/// of the window, the window shrinks by an eighth; if none waits and the window was reached since the last look, it grows: it doubles until
/// requests waited for the first time, and from then on by a thirty-second part, at least 1. A window that was not reached says nothing.
/// </para>
/// <para>
/// Where it does not: the gradient of time to first token. With s the mean since the last look and l the least such mean,
/// W ← W · min(1, max(1/2, 3/2 · l/s)) + √W, of which a fifth is taken each time; it grows only if it was reached. While the window is not
/// reached, l follows s by a tenth of the way, so that it is no relic of other prompts.
/// </para>
/// <para>
/// Sources: V. Jacobson, Congestion Avoidance and Control, SIGCOMM 1988; the least round trip as reference from L. Brakmo and L. Peterson,
/// TCP Vegas, IEEE JSAC 13(8), 1995; the gradient as in Netflix's concurrency-limits. The numbers are ours.
/// </para>
/// </remarks>
public sealed class AdaptiveWindow
{
    /// <summary>Where it begins.</summary>
    public const int FirstRequests = 16;

    /// <summary>Where it ends.</summary>
    public const int MostRequests = 4096;

    private const double Tolerance = 1.5;
    private const double IdleShare = 0.1;
    private const double Smoothing = 0.2;

    private double _window = FirstRequests;
    private double? _leastSeconds;
    private bool _hasWaited;

    /// <summary>Most requests in flight, from 1.</summary>
    public int Requests => (int)_window;

    /// <summary>A look at the engine.</summary>
    /// <param name="waitingRequests">Requests in its queue; null if it does not say.</param>
    /// <param name="mostInFlight">Most requests that it had in flight since the last look.</param>
    /// <param name="firstTokenSeconds">Mean time to first token since the last look; null if none came.</param>
    public void Look(int? waitingRequests, int mostInFlight, double? firstTokenSeconds)
    {
        bool reached = mostInFlight >= Requests;
        _window = Math.Clamp(
            waitingRequests is { } waiting ? ByQueue(waiting, reached) : ByGradient(firstTokenSeconds, reached), 1, MostRequests);
    }

    private double ByQueue(int waiting, bool reached)
    {
        if (waiting > _window / 16)
        {
            _hasWaited = true;
            return _window - Math.Max(1, _window / 8);
        }

        return waiting > 0 || !reached ? _window
            : _hasWaited ? _window + Math.Max(1, _window / 32)
            : _window * 2;
    }

    private double ByGradient(double? seconds, bool reached)
    {
        if (seconds is not { } recent || recent <= 0)
        {
            return _window;
        }

        double least = Math.Min(_leastSeconds ?? recent, recent);
        least += reached ? 0 : IdleShare * (recent - least);
        _leastSeconds = least;
        double gradient = Math.Clamp(Tolerance * least / recent, 0.5, 1);
        double wanted = (_window * gradient) + Math.Sqrt(_window);
        return wanted > _window && !reached ? _window : _window + (Smoothing * (wanted - _window));
    }
}
