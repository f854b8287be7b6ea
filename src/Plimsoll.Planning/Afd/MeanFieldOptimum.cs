using Plimsoll.Simulation.Disaggregation;

namespace Plimsoll.Planning.Afd;

/// <summary>
/// The best ratio when every load is at its mean, over all positive real ratios. The step is the greatest of three straight lines in r,
/// so the optimum is where two of them meet or where the objective of one is stationary; all are tried. Where communication does not
/// depend on r this is version 1's r* = max{r_A, r_C, r_peak}. Source: Song et al., arXiv:2601.21351, Theorem 4.4 of version 1 and the
/// candidates of version 4 (scheduling theory, sections 2.1 and 2.3).
/// </summary>
/// <param name="Ratio">r*; infinity when nothing grows with r, 0 when one Attention instance is too many already.</param>
/// <param name="AttentionBound">r_A = (μ_A − β_F)/(α_F·B), where the FFN takes as long as Attention.</param>
/// <param name="CommunicationBound">
/// Where the FFN takes as long as communication, r_C = (t_C − β_F)/(α_F·B); if communication grows with r, where it takes as long as
/// Attention, (μ_A − β_C)/(α_C·B). Negative if it never holds anything up.
/// </param>
/// <param name="Peak">√(β_F·w_F/(α_F·B·w_A)), the stationary point when the FFN is the slowest.</param>
public readonly record struct MeanFieldOptimum(double Ratio, double AttentionBound, double CommunicationBound, double Peak)
{
    /// <summary>The optimum of a model.</summary>
    public static MeanFieldOptimum Of(AfdModel model, RolePowers powers)
    {
        ArgumentNullException.ThrowIfNull(model);
        AffineCost ffn = PerRatio(model.Costs.Ffn, model.Slots);
        AffineCost communication = PerRatio(model.Costs.Communication, model.Slots);
        bool shared = model.Costs.Scaling == CommunicationScaling.AllInstances;
        double attentionBound = (model.AttentionTime - ffn.Fixed) / ffn.PerToken;
        double communicationBound = shared
            ? (model.AttentionTime - communication.Fixed) / communication.PerToken
            : (model.CommunicationTime(0) - ffn.Fixed) / ffn.PerToken;
        double peak = Stationary(ffn, powers);
        bool grows = ffn.PerToken > 0 || (shared && communication.PerToken > 0);
        double ratio = !grows ? double.PositiveInfinity : Best(model, powers, shared
            ?
            [
                attentionBound, communicationBound, peak, Stationary(communication, powers),
                (communication.Fixed - ffn.Fixed) / (ffn.PerToken - communication.PerToken),
            ]
            : [attentionBound, communicationBound, peak]);
        return new MeanFieldOptimum(ratio, attentionBound, communicationBound, peak);
    }

    /// <summary>A cost by slots as a cost by ratios.</summary>
    private static AffineCost PerRatio(AffineCost cost, int slots) => cost with { PerToken = cost.PerToken * slots };

    private static double Stationary(AffineCost cost, RolePowers powers) =>
        Math.Sqrt(cost.Fixed * powers.Ffn / (cost.PerToken * powers.Attention));

    private static double Best(AfdModel model, RolePowers powers, ReadOnlySpan<double> candidates)
    {
        double best = 0;
        double most = 0;
        foreach (double ratio in candidates)
        {
            double objective = double.IsFinite(ratio) && ratio > 0 ? model.Objective(ratio, model.MeanFieldStep(ratio), powers) : 0;
            if (objective > most || (objective == most && ratio < best))
            {
                (best, most) = (ratio, objective);
            }
        }

        return best;
    }
}
