using Plimsoll.Core;

namespace Plimsoll.Serving.Replica.LookAhead;

/// <summary>
/// The KV tokens that the running sequences will hold in each step ahead, each up to its assumed end, and whether one more fits under them
/// (scheduling-theory, section 4.1).
/// <para>
/// A sequence of <c>size</c> tokens that starts in step p and is assumed to end with step e holds size + (τ − p) tokens in each step τ from
/// p to e, and nothing after. One that is still inside after e is overdue: it counts as ending with the current step. Between two ends
/// usage only grows, so the ends and the current step are all that has to be looked at.
/// </para>
/// <para>
/// A question or a change walks along the ends ahead that differ, several in an instruction: linear, but a microsecond or two for
/// thousands, whatever the ends are. Nothing is allocated but when the arrays grow. A tree would have to keep maxima of amounts that grow
/// at different speeds; that is logarithmic only on average and while speeds change in one direction. Sequences that come and go in turn
/// under a level profile, which is what filling memory to the brim makes, would rebuild most of it every time.
/// </para>
/// <para>
/// Steps, sizes and lengths are at most 2⁴⁰ and fewer than 2²⁰ sequences are inside, so that no sum overflows.
/// </para>
/// </summary>
internal sealed class MemoryProfile
{
    private const long Most = 1L << 40;
    private const long Never = long.MaxValue;

    private readonly HeldAtEnds _ahead = new();
    private readonly long _capacity;

    // Of all inside, the overdue included: what they would have held in step 0 had they grown since, and how many they are.
    private long _tokensAtStepZero;
    private int _inside;

    /// <summary>A profile of nobody in step 0, under so many tokens, from 0; <see cref="long.MaxValue"/> for no limit.</summary>
    public MemoryProfile(long capacityTokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacityTokens);
        _capacity = Math.Min(capacityTokens, 1L << 62);
    }

    /// <summary>The current step.</summary>
    public long Now { get; private set; }

    /// <summary>Sequences inside.</summary>
    public int Inside => _inside;

    /// <summary>Tokens held in the current step.</summary>
    public long HeldNow => _tokensAtStepZero + (_inside * Now);

    /// <summary>Goes on to a step, not back. Sequences whose end has passed and which have not left are overdue from here on.</summary>
    public void Advance(long step)
    {
        Invariant.Holds(step >= Now && step <= Most, "steps go forward");
        Now = step;
        if (_ahead.Count > 0 && _ahead.EndAt(0) < step)
        {
            _ahead.RemoveFirst(_ahead.Before(step));
        }
    }

    /// <summary>
    /// Whether a sequence that starts in the current step keeps all steps from here on within the capacity. Where they are above it without
    /// that sequence already, nothing fits.
    /// </summary>
    /// <param name="size">Tokens it holds in its first step, 0 .. 2⁴⁰.</param>
    /// <param name="length">Steps it is assumed to last, 1 .. 2⁴⁰.</param>
    /// <param name="notBefore">
    /// The current step if it fits. If not, a later one before which the same sequence cannot fit either, as long as nobody joins, nobody
    /// leaves before the end that is assumed for him and nobody overdue leaves; <see cref="long.MaxValue"/> if it cannot fit at all
    /// until one of these happens.
    /// </param>
    public bool Fits(long size, long length, out long notBefore)
    {
        CheckRange(size, nameof(size));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Most);
        long own = Now + length - 1;
        int upToOwn = _ahead.Before(own + 1);

        // At an end up to its own it holds size + end − now; waiting takes a token a step from that, until the end has passed.
        long wait = Math.Max(0, _ahead.LongestWait(upToOwn, less: _capacity + Now - size, Now));

        // At its own end it always holds the same, and the others grow until the next end has passed.
        if (_ahead.HeldAt(upToOwn, own) + size + length - 1 > _capacity)
        {
            wait = upToOwn < _ahead.Count ? Math.Max(wait, _ahead.EndAt(upToOwn) + 1 - own) : Never;
        }

        // Beyond it there is nothing it could change.
        int above = _ahead.LastAbove(upToOwn, _capacity);
        if (above >= 0 && wait != Never)
        {
            wait = Math.Max(wait, _ahead.EndAt(above) + 1 - Now);
        }

        notBefore = wait == Never ? Never : FirstStepWithRoom(Now + wait, size);
        return notBefore == Now;
    }

    /// <summary>
    /// A sequence joins: <paramref name="size"/> tokens, 0 .. 2⁴⁰, in its first step, which is not ahead, and an assumed last step not
    /// before that. There need not be room for it.
    /// </summary>
    public void Add(long size, long start, long end)
    {
        CheckRange(size, nameof(size));
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Now);
        ArgumentOutOfRangeException.ThrowIfLessThan(end, start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(end, start + Most);
        _tokensAtStepZero += size - start;
        _inside++;
        if (end >= Now)
        {
            _ahead.Add(end, size + (end - start));
        }
    }

    /// <summary>A sequence leaves, early, in time or overdue; the values are those it joined with.</summary>
    public void Remove(long size, long start, long end)
    {
        _tokensAtStepZero -= size - start;
        _inside--;
        if (end >= Now)
        {
            bool found = _ahead.Remove(end, size + (end - start));
            Invariant.Holds(found, "who leaves has joined");
        }

        Invariant.Holds(_inside >= 0, "no more leave than have joined");
    }

    // From this step on, the first in which those inside leave so much free; those whose end has passed by then have left.
    private long FirstStepWithRoom(long step, long size)
    {
        long overdueAtStepZero = _tokensAtStepZero - _ahead.HeldAt(0, step: 0);
        int overdue = _inside - _ahead.InsideAt(0);
        int next = step == Now ? 0 : _ahead.Before(step);
        while (overdueAtStepZero + (overdue * step) + _ahead.HeldAt(next, step) + size > _capacity)
        {
            if (next == _ahead.Count)
            {
                return Never;
            }

            step = _ahead.EndAt(next++) + 1;
        }

        return step;
    }

    private static void CheckRange(long tokens, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tokens, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tokens, Most, name);
    }
}
