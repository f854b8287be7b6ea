using Plimsoll.Core;

namespace Plimsoll.Policies.Balancing;

/// <summary>Workers with free slots take turns, in order of their numbers.</summary>
/// <remarks>
/// <para>Signals: Queue, free slots only.</para>
/// <para>A bad idea when requests differ in length: it counts requests and not tokens.</para>
/// <para>
/// Source: the baseline of Chen, Bu et al., arXiv:2601.17855 (scheduling theory, section 3.3): as published every call starts again at worker
/// 0, which favours low numbers where few slots are free at a time.
/// </para>
/// </remarks>
/// <param name="restart">Whether every call starts at worker 0; otherwise after the worker that was last.</param>
public sealed class RoundRobinSlots(bool restart) : OneByOne
{
    private static readonly PolicyOption<bool> Restart = new()
    {
        Name = "restart",
        Unit = "none",
        Minimum = false,
        Maximum = true,
        Fallback = false,
        Meaning = "Whether every step starts again at worker 0, as published, or goes on after the worker that was last.",
    };

    private int _last = -1;

    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IBalancingPolicy> Entry { get; } = new()
    {
        Name = "round-robin",
        Summary = "Workers with free slots take turns in order of their numbers.",
        BadIdea = "When requests differ in length: it counts requests and not tokens.",
        Source = "Folklore; with restart a baseline of Chen, Bu et al., arXiv:2601.17855 (published code).",
        Signals = Signals.Queue,
        Options = [Restart],
        Create = arguments => new RoundRobinSlots(arguments.Of(Restart)),
    };

    private protected override void Begin(in GroupView group) => _last = restart ? -1 : _last;

    private protected override int Choose(
        int promptTokens, ReadOnlySpan<int> open, ReadOnlySpan<WorkerView> workers, ref RandomStream random)
    {
        int place = open.BinarySearch(_last + 1);
        place = place < 0 ? ~place : place;
        _last = open[place == open.Length ? 0 : place];
        return _last;
    }
}
