namespace Plimsoll.Policies.Balancing;

/// <summary>Options that several balancing policies have.</summary>
internal static class BalanceOptions
{
    public static readonly PolicyOption<double> Alpha = new()
    {
        Name = "alpha",
        Unit = "none",
        Minimum = 1e-6,
        Maximum = 1e6,
        Fallback = 1.0,
        Meaning = "Reward for each token placed.",
    };

    public static readonly PolicyOption<int> Window = new()
    {
        Name = "window",
        Unit = "requests",
        Minimum = 1,
        Maximum = 1 << 20,
        Fallback = 1024,
        Meaning = "So many of those who wait, the first to arrive, are candidates.",
    };

    public static PolicyOption<int> Horizon(int fallback, string meaning) => new()
    {
        Name = "horizon",
        Unit = "steps",
        Minimum = 0,
        Maximum = 10_000,
        Fallback = fallback,
        Meaning = meaning,
    };

    public static PolicyOption<double> Decay(double fallback, string name = "decay") => new()
    {
        Name = name,
        Unit = "none",
        Minimum = 0.01,
        Maximum = 1,
        Fallback = fallback,
        Meaning = "Weight of each step against the one before it.",
    };
}
