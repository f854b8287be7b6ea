using System.Globalization;

namespace Plimsoll.Core;

/// <summary>One engine instance, numbered from 0.</summary>
/// <param name="Value">The number.</param>
public readonly record struct ReplicaId(int Value) : IComparable<ReplicaId>
{
    /// <inheritdoc/>
    public int CompareTo(ReplicaId other) => Value.CompareTo(other.Value);

    /// <summary>Before.</summary>
    public static bool operator <(ReplicaId a, ReplicaId b) => a.Value < b.Value;

    /// <summary>After.</summary>
    public static bool operator >(ReplicaId a, ReplicaId b) => a.Value > b.Value;

    /// <summary>Not after.</summary>
    public static bool operator <=(ReplicaId a, ReplicaId b) => a.Value <= b.Value;

    /// <summary>Not before.</summary>
    public static bool operator >=(ReplicaId a, ReplicaId b) => a.Value >= b.Value;

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
