using Plimsoll.Core;

namespace Plimsoll.Policies.Balancing;

/// <summary>BalanceRoute without a look ahead: a token up to the greatest load is worth 1, each beyond it costs the number of workers.</summary>
/// <remarks>
/// <para>F = Δ − G (Δ − m)⁺ for Δ tokens on a worker that is m below the greatest load; dispatched by <see cref="RouteDispatch"/>.</para>
/// <para>Signals: Queue for free slots, Tokens. No predictions.</para>
/// <para>A bad idea when a few requests are much longer than all others: it does not see that they are about to end.</para>
/// <para>Source: BalanceRoute, arXiv:2605.06113, BR-0 (scheduling theory, section 3.6); its two stages are our reading.</para>
/// </remarks>
public sealed class BalanceRoute0 : IBalancingPolicy
{
    private readonly LoadProjection _projection = new(0);
    private readonly MarginScore _score = new(0, 1, 1, 1);
    private readonly RouteDispatch _dispatch;

    /// <summary>Creates the policy.</summary>
    public BalanceRoute0() => _dispatch = new RouteDispatch(_score);

    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IBalancingPolicy> Entry { get; } = new()
    {
        Name = "br-0",
        Summary = "A token up to the greatest load is worth 1, each beyond it costs the number of workers.",
        BadIdea = "When a few requests are much longer than all others: it does not see that they are about to end.",
        Source = "BalanceRoute, arXiv:2605.06113, BR-0; how its two stages dispatch is our reading.",
        Signals = Signals.Queue | Signals.Tokens,
        Create = _ => new BalanceRoute0(),
    };

    /// <inheritdoc/>
    public void Assign(in GroupView group, Placements placements, ref RandomStream random)
    {
        _projection.Load(group);
        _score.Beta = group.Workers.Length;
        _dispatch.Run(group, _projection, placements);
    }
}
