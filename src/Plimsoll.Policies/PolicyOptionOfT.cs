using System.Globalization;
using Plimsoll.Policies.Balancing;

namespace Plimsoll.Policies;

/// <summary>An option with a typed value between two bounds, both included.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
public sealed class PolicyOption<T> : PolicyOption
    where T : struct, IParsable<T>, IComparable<T>
{
    /// <summary>Least accepted value.</summary>
    public required T Minimum { get; init; }

    /// <summary>Greatest accepted value.</summary>
    public required T Maximum { get; init; }

    /// <summary>The value when nothing is said; null when it depends on something that <see cref="DefaultRule"/> names.</summary>
    public T? Fallback { get; init; }

    /// <summary>In words, what decides when nothing is said and there is no <see cref="Fallback"/>.</summary>
    public string DefaultRule { get; init; } = "";

    /// <inheritdoc/>
    public override string Type => default(T) switch
    {
        int => "an integer",
        double => "a number",
        bool => "a switch",
        OutputPredictor => "a name",
        _ => "a version",
    };

    /// <inheritdoc/>
    public override string Range => default(T) switch
    {
        bool => "true or false",
        OutputPredictor => string.Join(", ", OutputPredictor.Names),
        int when Maximum is int.MaxValue => $"from {Write(Minimum)}",
        _ => $"from {Write(Minimum)} to {Write(Maximum)}",
    };

    /// <inheritdoc/>
    public override string Default => Fallback is { } value ? Write(value) : DefaultRule;

    internal override object? Read(string text) =>
        T.TryParse(text, CultureInfo.InvariantCulture, out T value) && value.CompareTo(Minimum) >= 0 && value.CompareTo(Maximum) <= 0
            ? value
            : null;

    internal override string Write(object value) => value is bool flag
        ? (flag ? "true" : "false")
        : string.Create(CultureInfo.InvariantCulture, $"{value}");
}
