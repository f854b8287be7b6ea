using Plimsoll.Core;

namespace Plimsoll.Gateway.Backends;

/// <summary>
/// How many requests a replica may have in flight, from what probes and traffic say of it: none while it is down, drains or its breaker is
/// open; one as a trial; then more and more until its window is whole. It has no clock; for one caller at a time.
/// </summary>
public sealed class ReplicaGate
{
    // Where there is no window, slow start grows to this and then lets go.
    private const int SlowStartCeiling = 256;

    private readonly HealthOptions _options;
    private int? _window;
    private bool _probedOnce;
    private int _streak;
    private int _failures;
    private Duration _openFor;
    private Instant _openUntil;
    private Instant? _slowSince;

    /// <summary>The gate of a replica of which nothing is known yet: closed until the first probe.</summary>
    /// <param name="options">Thresholds and times.</param>
    /// <param name="window">Most requests in flight when all is well, from 1; null for no limit.</param>
    public ReplicaGate(HealthOptions options, int? window)
    {
        (_options, _window, _openFor) = (options, window, options.OpenFor);
    }

    /// <summary>Whether probes say that it is there.</summary>
    public bool Up { get; private set; }

    /// <summary>Whether it shall finish what it has and take nothing new.</summary>
    public bool Draining { get; set; }

    /// <summary>What the breaker lets through, as of the last call.</summary>
    public BreakerState Breaker { get; private set; }

    /// <summary>From now on so many requests when all is well, from 1; null for no limit.</summary>
    public void SetWindow(int? requests) => _window = requests;

    /// <summary>A probe came back. The first one decides alone; after that it takes some in a row.</summary>
    public void Probed(bool well, Instant now)
    {
        _streak = well == Up ? 0 : _streak + 1;
        bool turns = well != Up && (!_probedOnce || _streak >= (well ? _options.ProbesUp : _options.ProbesDown));
        if (turns)
        {
            _slowSince = well && _probedOnce ? now : null;
            (Up, _streak) = (well, 0);
        }

        _probedOnce = true;
    }

    /// <summary>A request ended well or badly, as far as that is the replica's doing.</summary>
    public void Answered(bool well, Instant now)
    {
        Advance(now);
        if (Breaker == BreakerState.Open)
        {
            // Sent before it opened: says nothing new.
            return;
        }

        if (well)
        {
            _failures = 0;
            if (Breaker == BreakerState.HalfOpen)
            {
                (Breaker, _openFor, _slowSince) = (BreakerState.Closed, _options.OpenFor, now);
            }

            return;
        }

        if (Breaker == BreakerState.HalfOpen)
        {
            Open(_openFor + _openFor < _options.OpenAtMost ? _openFor + _openFor : _options.OpenAtMost, now);
        }
        else if (++_failures >= _options.FailuresToOpen)
        {
            Open(_options.OpenFor, now);
        }
    }

    /// <summary>Most requests in flight: 0 for none, null for no limit.</summary>
    public int? Window(Instant now)
    {
        Advance(now);
        if (!Up || Draining || Breaker == BreakerState.Open)
        {
            return 0;
        }

        if (Breaker == BreakerState.HalfOpen)
        {
            return 1;
        }

        if (_slowSince is { } since)
        {
            double share = (now - since).Seconds / _options.SlowStart.Seconds;
            if (share < 1)
            {
                return (int)Math.Max(1, (_window ?? SlowStartCeiling) * share);
            }

            _slowSince = null;
        }

        return _window;
    }

    private void Open(Duration time, Instant now) =>
        (Breaker, _failures, _openFor, _openUntil) = (BreakerState.Open, 0, time, now + time);

    private void Advance(Instant now)
    {
        if (Breaker == BreakerState.Open && now >= _openUntil)
        {
            Breaker = BreakerState.HalfOpen;
        }
    }
}
