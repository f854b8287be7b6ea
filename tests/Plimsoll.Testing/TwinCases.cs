using System.Globalization;

namespace Plimsoll.Testing;

/// <summary>How many random cases the comparisons with oracles try.</summary>
public static class TwinCases
{
    /// <summary>Whether this is a nightly run.</summary>
    public static bool AreMany => Count(usual: 0) >= 10_000;

    /// <summary>The variable PLIMSOLL_TWIN_CASES, which a nightly run raises, or else <paramref name="usual"/>.</summary>
    public static ulong Count(ulong usual) =>
        ulong.TryParse(Environment.GetEnvironmentVariable("PLIMSOLL_TWIN_CASES"), CultureInfo.InvariantCulture, out ulong cases)
            ? cases
            : usual;
}
