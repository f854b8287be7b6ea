namespace Plimsoll.Simulation.Disaggregation;

/// <summary>
/// What a decode step costs when Attention and FFN run on instances of their own. All three in the same unit of time, which then is
/// the unit of every answer. Source: Song et al., arXiv:2601.21351 (scheduling theory, section 2.1).
/// </summary>
/// <param name="Attention">One Attention instance, by the KV tokens it holds for the microbatch.</param>
/// <param name="Ffn">The FFN instance, by the slots of all Attention instances.</param>
/// <param name="Communication">There and back, by the slots that <paramref name="Scaling"/> says.</param>
/// <param name="Scaling">Which slots count for communication.</param>
public sealed record AfdCosts(
    AffineCost Attention, AffineCost Ffn, AffineCost Communication, CommunicationScaling Scaling = CommunicationScaling.OneInstance)
{
    /// <summary>Time of the FFN instance for a microbatch.</summary>
    /// <param name="ratio">Attention instances to the FFN instance; theory also asks between whole numbers.</param>
    /// <param name="slots">Slots of one Attention instance.</param>
    public double FfnTime(double ratio, int slots) => Ffn.At(ratio * slots);

    /// <summary>Time on the way, there and back.</summary>
    /// <param name="ratio">Attention instances to the FFN instance.</param>
    /// <param name="slots">Slots of one Attention instance.</param>
    public double CommunicationTime(double ratio, int slots) =>
        Communication.At(Scaling == CommunicationScaling.AllInstances ? ratio * slots : slots);
}
