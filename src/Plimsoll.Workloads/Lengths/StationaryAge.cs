using Plimsoll.Core;

namespace Plimsoll.Workloads.Lengths;

/// <summary>
/// Sequences that follow each other back to back, looked at in a random step: the age of the one found there, in tokens it already has.
/// <para>P(age = a) = P(L &gt; a) / E[L], a = 0, 1, …; the sequence found is drawn by its length, and the age is uniform below that.</para>
/// <para>
/// Constant and geometric lengths have closed forms. All others are tabulated: token by token up to 16,384, beyond it in cells a 4,096th
/// as wide as their place, over which the probability is taken to be linear. Renewal theory; scheduling theory, section 2.3.
/// </para>
/// </summary>
public sealed class StationaryAge
{
    private const int Exact = 16_384;
    private const int CellsPerPlace = 4_096;
    private const double LastBelowOne = 1 - (1.0 / (1UL << 53));

    private readonly LengthDistribution _lengths;
    private readonly List<Cell> _cells = [];

    /// <summary>The ages of sequences of these lengths.</summary>
    public StationaryAge(LengthDistribution lengths)
    {
        ArgumentNullException.ThrowIfNull(lengths);
        _lengths = lengths;
        (Mean, Variance) = lengths switch
        {
            GeometricLength => (lengths.Mean - 1, lengths.Variance),
            ConstantLength => ((lengths.Mean - 1) / 2, ((lengths.Mean * lengths.Mean) - 1) / 12),
            _ => Tabulate(),
        };
    }

    /// <summary>Expected age in tokens.</summary>
    public double Mean { get; }

    /// <summary>Variance of the age in tokens squared.</summary>
    public double Variance { get; }

    /// <summary>Draws an age and the length of the sequence that has it, which is above the age; takes two numbers.</summary>
    public (int Age, int Length) Sample(ref RandomStream random)
    {
        double first = random.NextOpenUnit();
        double second = random.NextOpenUnit();
        switch (_lengths)
        {
            case GeometricLength:
                // It forgets: what is to come is a whole sequence.
                int age = _lengths.Quantile(first) - 1;
                return (age, age + Math.Min(_lengths.Quantile(second), LengthDistribution.MaxTokens));
            case ConstantLength:
                return (Math.Min((int)(first * _lengths.Maximum), _lengths.Maximum - 1), _lengths.Maximum);
            default:
                int found = AgeAt(first);
                double below = _lengths.CumulativeProbability(found);
                double probability = Math.Min(below + (second * _lengths.ExceedanceProbability(found)), LastBelowOne);
                return (found, Math.Max(_lengths.Quantile(probability), found + 1));
        }
    }

    private (double Mean, double Variance) Tabulate()
    {
        double mass = 0;
        double sum = 0;
        for (int from = 0; from < _lengths.Maximum;)
        {
            int width = Math.Min(from < Exact ? 1 : from / CellsPerPlace, _lengths.Maximum - from);
            double inside = width * (_lengths.ExceedanceProbability(from) + _lengths.ExceedanceProbability(from + width - 1)) / 2;
            if (inside <= 0)
            {
                break;
            }

            mass += inside;
            sum += inside * (from + ((width - 1) / 2.0));
            _cells.Add(new Cell(from, width, mass));
            from += width;
        }

        double mean = sum / mass;
        double squares = 0;
        double before = 0;
        foreach (Cell cell in _cells)
        {
            double off = cell.From + ((cell.Width - 1) / 2.0) - mean;
            squares += (cell.MassUpTo - before) * ((off * off) + ((((double)cell.Width * cell.Width) - 1) / 12));
            before = cell.MassUpTo;
        }

        return (mean, squares / mass);
    }

    private int AgeAt(double probability)
    {
        double target = probability * _cells[^1].MassUpTo;
        int low = 0;
        int high = _cells.Count - 1;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            (low, high) = _cells[middle].MassUpTo < target ? (middle + 1, high) : (low, middle);
        }

        Cell cell = _cells[low];
        double before = low == 0 ? 0 : _cells[low - 1].MassUpTo;
        double share = (target - before) / (cell.MassUpTo - before);
        return cell.From + Math.Clamp((int)(share * cell.Width), 0, cell.Width - 1);
    }

    /// <summary>Ages that share a probability, and the unnormalised mass up to their end.</summary>
    private readonly record struct Cell(int From, int Width, double MassUpTo);
}
