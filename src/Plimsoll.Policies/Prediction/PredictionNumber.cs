using System.Globalization;

namespace Plimsoll.Policies.Prediction;

/// <summary>A number in the text form of a predictor. A decimal, so that what is written as 0.1 is a tenth.</summary>
internal sealed class PredictionNumber
{
    private const string Digits = "0.############################";

    /// <summary>As help texts and messages call it, in capitals.</summary>
    public required string Name { get; init; }

    /// <summary>What it counts, such as "whole number of tokens" or "number".</summary>
    public required string Kind { get; init; }

    /// <summary>Whether it must be whole.</summary>
    public bool Whole { get; init; }

    /// <summary>Least accepted value.</summary>
    public required decimal Minimum { get; init; }

    /// <summary>Greatest accepted value, unless <see cref="BelowMaximum"/>.</summary>
    public required decimal Maximum { get; init; }

    /// <summary>Whether the maximum itself is refused.</summary>
    public bool BelowMaximum { get; init; }

    /// <summary>The value when it is not written; null when it must be.</summary>
    public decimal? Fallback { get; init; }

    /// <summary>The accepted values in words.</summary>
    public string Range => $"a {Kind} from {Write(Minimum)} to {(BelowMaximum ? "below " : "")}{Write(Maximum)}";

    /// <summary>As the user would write it.</summary>
    public static string Write(decimal value) => value.ToString(Digits, CultureInfo.InvariantCulture);

    /// <summary>Whether this is such a number.</summary>
    public bool TryRead(string text, out decimal value) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture, out value)
        && value >= Minimum && (BelowMaximum ? value < Maximum : value <= Maximum)
        && (!Whole || decimal.IsInteger(value));
}
