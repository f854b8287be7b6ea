namespace Plimsoll.Testing;

/// <summary>One step of <see cref="TickingGroup"/>.</summary>
/// <param name="Picoseconds">What it took.</param>
/// <param name="FollowsAssignment">Whether requests joined before it.</param>
/// <param name="WorkerPicoseconds">What it took each worker; 0 for one without work.</param>
/// <param name="LoadTokens">Each worker's load at its end, those that ended gone.</param>
/// <param name="WorkerRequests">Requests on each worker in it.</param>
public sealed record TickedGroupStep(
    long Picoseconds,
    bool FollowsAssignment,
    IReadOnlyList<long> WorkerPicoseconds,
    IReadOnlyList<long> LoadTokens,
    IReadOnlyList<int> WorkerRequests)
{
    /// <summary>All of it in words, for comparisons.</summary>
    public override string ToString() =>
        $"{Picoseconds} ps{(FollowsAssignment ? " joined" : string.Empty)}, workers {string.Join(' ', WorkerPicoseconds)} ps, "
        + $"loads {string.Join(' ', LoadTokens)}, requests {string.Join(' ', WorkerRequests)}";
}
