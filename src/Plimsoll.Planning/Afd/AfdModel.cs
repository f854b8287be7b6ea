using Plimsoll.Simulation.Disaggregation;

namespace Plimsoll.Planning.Afd;

/// <summary>
/// A decode step of r Attention instances and one FFN instance in closed form. The load of an instance is the sum of B independent slots,
/// taken to be normal: attention takes μ_A = α_A·B·θ + β_A on average and σ_A = α_A·ν·√B around it.
/// Source: Song et al., arXiv:2601.21351 (scheduling theory, sections 2.1 and 2.3).
/// </summary>
/// <param name="Costs">What a step costs; its unit of time is that of every answer.</param>
/// <param name="Slots">B, request slots of one Attention instance in one microbatch, from 1.</param>
/// <param name="MeanLoad">θ, expected KV tokens of a slot.</param>
/// <param name="LoadDeviation">ν, their standard deviation.</param>
public sealed record AfdModel(AfdCosts Costs, int Slots, double MeanLoad, double LoadDeviation)
{
    /// <summary>μ_A, expected time of an Attention instance.</summary>
    public double AttentionTime => Costs.Attention.At(Slots * MeanLoad);

    /// <summary>σ_A, the standard deviation of that time.</summary>
    public double AttentionDeviation => Costs.Attention.PerToken * LoadDeviation * Math.Sqrt(Slots);

    /// <summary>t_F, time of the FFN instance.</summary>
    public double FfnTime(double ratio) => Costs.FfnTime(ratio, Slots);

    /// <summary>t_C, time on the way, there and back.</summary>
    public double CommunicationTime(double ratio) => Costs.CommunicationTime(ratio, Slots);

    /// <summary>τ = max{μ_A, t_C, t_F}: loads at their mean, and enough microbatches that only the slowest stage counts.</summary>
    public double MeanFieldStep(double ratio) => Math.Max(AttentionTime, OtherStages(ratio));

    /// <summary>
    /// τ_G(r) = E[max{t_C, t_F, the slowest of r instances}] = other + σ_A·∫ from z to ∞ of 1 − Φ(x)ʳ, z = (other − μ_A)/σ_A: all
    /// instances wait for the slowest.
    /// </summary>
    public double BarrierStep(int ratio)
    {
        double other = OtherStages(ratio);
        double deviation = AttentionDeviation;
        return deviation > 0
            ? other + (deviation * NormalMaximum.ExcessOver((other - AttentionTime) / deviation, ratio))
            : Math.Max(other, AttentionTime);
    }

    /// <summary>The cruder max{μ_A + σ_A·κ_r, t_C, t_F}, below τ_G because a mean is taken before the maximum.</summary>
    public double KappaStep(int ratio) => Math.Max(SlowestAttentionTime(ratio), OtherStages(ratio));

    /// <summary>
    /// With m microbatches in flight and not infinitely many: max{μ_A + σ_A·κ_r, t_C, t_F, (μ_A + σ_A·κ_r + t_C + t_F)/m}, since one
    /// microbatch goes through all stages in turn.
    /// </summary>
    public double OverlappedStep(int ratio, int microbatches)
    {
        double round = SlowestAttentionTime(ratio) + FfnTime(ratio) + CommunicationTime(ratio);
        return Math.Max(KappaStep(ratio), round / microbatches);
    }

    /// <summary>r·B/((r·w_A + w_F)·τ): tokens per unit of time and instance, or per unit of energy.</summary>
    public double Objective(double ratio, double step, RolePowers powers) => ratio * Slots / (powers.Total(ratio) * step);

    /// <summary>r·B/((r + 1)·τ), tokens per unit of time and instance.</summary>
    public double ThroughputPerInstance(double ratio, double step) => Objective(ratio, step, RolePowers.Equal);

    private double OtherStages(double ratio) => Math.Max(FfnTime(ratio), CommunicationTime(ratio));

    private double SlowestAttentionTime(int ratio) => AttentionTime + (AttentionDeviation * NormalMaximum.Mean(ratio));
}
