using Plimsoll.Core;

namespace Plimsoll.Gateway.Access;

/// <summary>
/// What is left of a key's limits: two buckets that fill evenly over a minute, and a count. A request takes one from the first bucket when
/// it enters. Its tokens leave the second when they are known, which may overdraw it: then nobody enters until it is above zero again, so
/// that over any long time no more goes out than the limit says. It has no clock; any thread may call it.
/// </summary>
public sealed class KeyBudget
{
    private const double SecondsToFill = 60;

    private readonly Lock _lock = new();
    private KeyLimits _limits;
    private double _requests;
    private double _tokens;
    private int _running;
    private Instant _filledAt;

    /// <summary>A full budget.</summary>
    public KeyBudget(KeyLimits limits, Instant now)
    {
        (_limits, _filledAt) = (limits, now);
        (_requests, _tokens) = (limits.RequestsPerMinute ?? 0, limits.TokensPerMinute ?? 0);
    }

    /// <summary>Requests running under the key.</summary>
    public int Running
    {
        get
        {
            lock (_lock)
            {
                return _running;
            }
        }
    }

    /// <summary>Lets a request in, to be followed by <see cref="Leave"/> exactly once; or says what is used up.</summary>
    public KeyRefusal? TryEnter(Instant now)
    {
        lock (_lock)
        {
            Fill(now);
            if (_limits.Concurrency is { } most && _running >= most)
            {
                return new KeyRefusal("concurrency_limit", 1);
            }

            if (_limits.RequestsPerMinute is { } requests && _requests < 1)
            {
                return new KeyRefusal("requests_per_minute", Wait(1 - _requests, requests));
            }

            if (_limits.TokensPerMinute is { } tokens && _tokens <= 0)
            {
                return new KeyRefusal("tokens_per_minute", Wait(1 - _tokens, tokens));
            }

            _requests -= 1;
            _running++;
            return null;
        }
    }

    /// <summary>A request that was let in has ended, with so many tokens.</summary>
    public void Leave(long tokens, Instant now)
    {
        lock (_lock)
        {
            Fill(now);
            _tokens -= tokens;
            _running--;
        }
    }

    /// <summary>Other limits from now on; what was used stays used.</summary>
    public void Change(KeyLimits limits, Instant now)
    {
        lock (_lock)
        {
            Fill(now);
            _requests += (limits.RequestsPerMinute ?? 0) - (_limits.RequestsPerMinute ?? 0);
            _tokens += (limits.TokensPerMinute ?? 0) - (_limits.TokensPerMinute ?? 0);
            _limits = limits;
        }
    }

    private void Fill(Instant now)
    {
        double share = (now - _filledAt).Seconds / SecondsToFill;
        if (share <= 0)
        {
            return;
        }

        _filledAt = now;
        (double requests, double tokens) = (_limits.RequestsPerMinute ?? 0, _limits.TokensPerMinute ?? 0);
        _requests = Math.Min(requests, _requests + (requests * share));
        _tokens = Math.Min(tokens, _tokens + (tokens * share));
    }

    // An overdraft under an old limit may be large: nobody is told to come back in a year.
    private static int Wait(double missing, double perMinute) => (int)Math.Clamp(Math.Ceiling(missing / perMinute * SecondsToFill), 1, 3600);
}
