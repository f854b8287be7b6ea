using Plimsoll.Core;

namespace Plimsoll.Gateway.Backends;

/// <summary>
/// How it goes with asking a replica into which tokens it cuts prompts. One that cannot say rests, so that not every request waits for
/// nothing: a second after the first failure, twice as long after each that follows, a minute at most. Safe for many callers.
/// </summary>
internal sealed class TokenizerState
{
    private static readonly Duration First = Duration.FromMilliseconds(1_000);
    private static readonly Duration Longest = Duration.FromMilliseconds(60_000);

    private readonly Lock _lock = new();
    private Instant _until = Instant.Zero;
    private Duration _next = First;
    private int _asking;

    /// <summary>Questions that it has not answered yet.</summary>
    public int Asking => Volatile.Read(ref _asking);

    /// <summary>It is asked: <see cref="End"/> must follow.</summary>
    public void Begin() => Interlocked.Increment(ref _asking);

    /// <summary>A question is over, however it ended.</summary>
    public void End() => Interlocked.Decrement(ref _asking);

    /// <summary>Whether it is not to be asked now.</summary>
    public bool Rests(Instant now)
    {
        lock (_lock)
        {
            return now < _until;
        }
    }

    /// <summary>It answered.</summary>
    public void Answered()
    {
        lock (_lock)
        {
            _next = First;
        }
    }

    /// <summary>It did not, or wrongly. Those that were asked at the same time count once.</summary>
    public void Failed(Instant now)
    {
        lock (_lock)
        {
            if (now >= _until)
            {
                _until = now + _next;
                _next = _next + _next < Longest ? _next + _next : Longest;
            }
        }
    }
}
