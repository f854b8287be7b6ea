namespace Plimsoll.Testing;

/// <summary>One step of a <see cref="TickedSlotGroup"/>.</summary>
/// <param name="Picoseconds">How long it took.</param>
/// <param name="Requests">Requests in it.</param>
/// <param name="FollowsAssignment">Whether requests joined before it.</param>
/// <param name="LoadTokens">Each worker's load at its end.</param>
public sealed record TickedSlotStep(long Picoseconds, int Requests, bool FollowsAssignment, IReadOnlyList<long> LoadTokens)
{
    /// <summary>G·max − sum, by the definition: what each worker falls short of the greatest.</summary>
    public long Imbalance => LoadTokens.Sum(load => LoadTokens.Max() - load);

    /// <summary>Mean over workers of 1 − load / max load.</summary>
    public double Idle => LoadTokens.Max() == 0 ? 0 : LoadTokens.Average(load => 1 - ((double)load / LoadTokens.Max()));

    /// <summary>Energy by the published law.</summary>
    public double Joules => LoadTokens.Sum(load =>
        100 + (300 * Math.Pow(LoadTokens.Max() == 0 ? 0 : (double)load / LoadTokens.Max(), 0.7))) * (Picoseconds * 1e-12);
}
