using System.Globalization;

namespace Plimsoll.Core;

/// <summary>
/// A request's number: counted from 0 in order of arrival. The last word in every ordering, so that all orders are total.
/// </summary>
/// <param name="Value">The number.</param>
public readonly record struct RequestId(long Value) : IComparable<RequestId>
{
    /// <inheritdoc/>
    public int CompareTo(RequestId other) => Value.CompareTo(other.Value);

    /// <summary>Earlier than.</summary>
    public static bool operator <(RequestId a, RequestId b) => a.Value < b.Value;

    /// <summary>Later than.</summary>
    public static bool operator >(RequestId a, RequestId b) => a.Value > b.Value;

    /// <summary>Not later than.</summary>
    public static bool operator <=(RequestId a, RequestId b) => a.Value <= b.Value;

    /// <summary>Not earlier than.</summary>
    public static bool operator >=(RequestId a, RequestId b) => a.Value >= b.Value;

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
