using System.Numerics;

namespace Plimsoll.Serving.Replica;

/// <summary>
/// How long an engine ran steps of each number of rows, and how much of that its prompts took: all that the power of an accelerator
/// depends on, in whole picoseconds, so that leaps and single steps leave the same sums.
/// </summary>
public sealed class StepActivity
{
    private const int FewestRows = 64;

    private Entry[] _entries = new Entry[FewestRows];

    /// <summary>One more than the most rows that any step had.</summary>
    public int Rows { get; private set; }

    /// <summary>Time in steps of this many rows.</summary>
    public Int128 BusyPicoseconds(int rows) => _entries[rows].Busy;

    /// <summary>Of that, what prompts took: what their steps took beyond the decodes alone.</summary>
    public Int128 PromptPicoseconds(int rows) => _entries[rows].Prompts;

    /// <summary>Steps were run.</summary>
    /// <param name="rows">Sequences that compute one token each in each of them, from 0.</param>
    /// <param name="picoseconds">How long they took together.</param>
    /// <param name="promptPicoseconds">Of that, what prompts took.</param>
    internal void Add(int rows, long picoseconds, long promptPicoseconds)
    {
        if (rows >= _entries.Length)
        {
            Array.Resize(ref _entries, (int)BitOperations.RoundUpToPowerOf2((uint)rows + 1));
        }

        Rows = Math.Max(Rows, rows + 1);
        ref Entry entry = ref _entries[rows];
        entry.Busy += picoseconds;
        entry.Prompts += promptPicoseconds;
    }

    private struct Entry
    {
        public Int128 Busy;
        public Int128 Prompts;
    }
}
