using System.Diagnostics.CodeAnalysis;

namespace Plimsoll.Policies.Balancing;

/// <summary>How a policy comes to believe when a running request ends, as a user names it.</summary>
/// <param name="Order">Its place among <see cref="Names"/>.</param>
public readonly record struct OutputPredictor(int Order) : IParsable<OutputPredictor>, IComparable<OutputPredictor>
{
    private static readonly string[] AllNames = ["survival", "exact-match", "given"];

    /// <summary>From how long outputs turned out to be, given how long this one is already.</summary>
    public static OutputPredictor Survival => new(0);

    /// <summary>As long as the last output for a prompt of the same length; where there was none or it was shorter, as survival.</summary>
    public static OutputPredictor ExactMatch => new(1);

    /// <summary>As the request's own prediction says.</summary>
    public static OutputPredictor Given => new(2);

    /// <summary>All names, in order.</summary>
    public static IReadOnlyList<string> Names => AllNames;

    /// <inheritdoc/>
    public static OutputPredictor Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out OutputPredictor result) ? result : throw new FormatException($"'{s}' is no output predictor");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out OutputPredictor result)
    {
        int order = Array.IndexOf(AllNames, s);
        result = new OutputPredictor(Math.Max(0, order));
        return order >= 0;
    }

    /// <summary>Earlier among the names.</summary>
    public static bool operator <(OutputPredictor a, OutputPredictor b) => a.Order < b.Order;

    /// <summary>Later among the names.</summary>
    public static bool operator >(OutputPredictor a, OutputPredictor b) => a.Order > b.Order;

    /// <summary>Not later among the names.</summary>
    public static bool operator <=(OutputPredictor a, OutputPredictor b) => a.Order <= b.Order;

    /// <summary>Not earlier among the names.</summary>
    public static bool operator >=(OutputPredictor a, OutputPredictor b) => a.Order >= b.Order;

    /// <inheritdoc/>
    public int CompareTo(OutputPredictor other) => Order.CompareTo(other.Order);

    /// <inheritdoc/>
    public override string ToString() => AllNames[Order];
}
