using Plimsoll.Core;

namespace Plimsoll.Workloads.Traces.Formats;

/// <summary>Lengths with their probabilities, as ServeGen gives them: they need not add up to exactly one.</summary>
internal sealed class LengthTable
{
    private readonly double[] _cumulative;

    public LengthTable(IReadOnlyList<(int Length, double Probability)> entries)
    {
        Lengths = new int[entries.Count];
        Probabilities = new double[entries.Count];
        _cumulative = new double[entries.Count];
        double sum = 0;
        for (int i = 0; i < entries.Count; i++)
        {
            (Lengths[i], Probabilities[i]) = entries[i];
            _cumulative[i] = sum += Probabilities[i];
        }
    }

    public int[] Lengths { get; }

    public double[] Probabilities { get; }

    /// <summary>One length, at least 1: ServeGen also records answers of no tokens.</summary>
    public int Sample(ref RandomStream random)
    {
        double point = random.NextOpenUnit() * _cumulative[^1];
        int low = 0;
        int high = _cumulative.Length - 1;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            (low, high) = _cumulative[middle] < point ? (middle + 1, high) : (low, middle);
        }

        return Math.Max(1, Lengths[low]);
    }
}
