using Plimsoll.Core;

namespace Plimsoll.Policies.Balancing;

/// <summary>Fills worker 0 with the oldest requests, then worker 1, and so on.</summary>
/// <remarks>
/// <para>Signals: none; it looks at free slots only.</para>
/// <para>A bad idea whenever prompts differ in length: the slowest worker sets the pace, and nothing keeps it from being far above the
/// mean.</para>
/// <para>Source: the baseline of Chen, Bu et al., arXiv:2601.17855, published code (scheduling theory, section 3.3).</para>
/// </remarks>
public sealed class FcfsFill : IBalancingPolicy
{
    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IBalancingPolicy> Entry { get; } = new()
    {
        Name = "fcfs-fill",
        Summary = "Fills the free slots of worker 0 with the oldest requests, then those of worker 1, and so on.",
        BadIdea = "When prompts differ in length: the slowest worker sets the pace, and nothing keeps it from being far above the mean.",
        Source = "Baseline of Chen, Bu et al., arXiv:2601.17855 (published code).",
        Signals = Signals.Queue,
        Create = _ => new FcfsFill(),
    };

    /// <inheritdoc/>
    public void Assign(in GroupView group, Placements placements, ref RandomStream random)
    {
        int next = 0;
        for (int worker = 0; worker < group.Workers.Length; worker++)
        {
            for (int slot = 0; slot < group.Workers[worker].FreeSlots && next < group.Waiting.Length; slot++)
            {
                placements.Add(next++, worker);
            }
        }
    }
}
