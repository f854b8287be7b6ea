namespace Plimsoll.Serving.Replica;

/// <summary>Tokens in a KV block, and what follows from them. Usually a power of two, and then nothing is divided.</summary>
internal readonly struct BlockSize
{
    private readonly int _shift;

    /// <summary>From 1.</summary>
    public BlockSize(int tokens)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens, 1);
        Tokens = tokens;
        _shift = int.IsPow2(tokens) ? int.Log2(tokens) : -1;
    }

    public int Tokens { get; }

    /// <summary>Blocks that so many tokens fill completely.</summary>
    public long WholeBlocks(long tokens) => _shift >= 0 ? tokens >> _shift : tokens / Tokens;

    /// <summary>Blocks that so many tokens need.</summary>
    public long BlocksFor(long tokens) => WholeBlocks(tokens + Tokens - 1);

    /// <summary>Steps with the same phase are a multiple of the block's tokens apart; from 0, for negative steps too.</summary>
    public int PhaseOf(long step)
    {
        if (_shift >= 0)
        {
            return (int)step & (Tokens - 1);
        }

        int phase = (int)(step % Tokens);
        return phase < 0 ? phase + Tokens : phase;
    }
}
