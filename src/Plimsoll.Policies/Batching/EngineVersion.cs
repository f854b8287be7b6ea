using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Plimsoll.Policies.Batching;

/// <summary>A release of an engine, such as 0.19. Compares by number, so that 0.9 comes before 0.19.</summary>
/// <param name="Major">The number before the point.</param>
/// <param name="Minor">The number after the point.</param>
public readonly record struct EngineVersion(int Major, int Minor) : IComparable<EngineVersion>, IParsable<EngineVersion>
{
    /// <inheritdoc/>
    public static EngineVersion Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out EngineVersion version) ? version : throw new FormatException($"'{s}' is not a version such as 0.19");

    /// <summary>Reads <c>MAJOR.MINOR</c> or <c>MAJOR.MINOR.PATCH</c>; the patch is dropped, because no default changed in one.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out EngineVersion result)
    {
        bool read = Version.TryParse(s, out Version? version) && version.Revision < 0;
        result = read ? new EngineVersion(version!.Major, version.Minor) : default;
        return read;
    }

    /// <inheritdoc/>
    public int CompareTo(EngineVersion other) => Major != other.Major ? Major.CompareTo(other.Major) : Minor.CompareTo(other.Minor);

    /// <summary>Older than.</summary>
    public static bool operator <(EngineVersion a, EngineVersion b) => a.CompareTo(b) < 0;

    /// <summary>Newer than.</summary>
    public static bool operator >(EngineVersion a, EngineVersion b) => a.CompareTo(b) > 0;

    /// <summary>Not newer than.</summary>
    public static bool operator <=(EngineVersion a, EngineVersion b) => a.CompareTo(b) <= 0;

    /// <summary>Not older than.</summary>
    public static bool operator >=(EngineVersion a, EngineVersion b) => a.CompareTo(b) >= 0;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");
}
