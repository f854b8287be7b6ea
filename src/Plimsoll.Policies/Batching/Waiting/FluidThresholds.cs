namespace Plimsoll.Policies.Batching.Waiting;

/// <summary>
/// The balance of a fluid in which each step takes as many newcomers as arrive while it runs.
/// <para>
/// With n_j requests of type j at each of its l'_j + 1 stages a step lasts ΔT = d0 + d1·Σ n_j (l'_j+1)(l_j + l'_j/2), and n_j = λ_j ΔT;
/// hence ΔT = d0 / (1 − d1·Σ λ_j (l'_j+1)(l_j + l'_j/2)). Source: R. Ao, G. Luo, D. Simchi-Levi, X. Wang, arXiv:2504.11320; scheduling
/// theory, section 6.2. What rows and prompt tokens cost on top enters in the same way, as λ_j (l'_j d2 + l_j d3).
/// </para>
/// </summary>
/// <param name="Load">Load as a share of the greatest that is stable: balance exists below 1.</param>
/// <param name="TokenStepsPerSecond">Σ λ_j (l'_j+1)(l_j + l'_j/2).</param>
/// <param name="StepSeconds">ΔT; infinite without a balance, and then any step is too short for what arrives meanwhile.</param>
public readonly record struct FluidThresholds(double Load, double TokenStepsPerSecond, double StepSeconds)
{
    /// <summary>Whether there is a balance.</summary>
    public bool Feasible => Load < 1;

    /// <summary>KV tokens M* in memory at the balance.</summary>
    public double KvTokens => StepSeconds * TokenStepsPerSecond;

    /// <summary>The balance of these flows.</summary>
    public static FluidThresholds Of(ReadOnlySpan<FluidType> types, in LinearStepTime stepTime)
    {
        double tokenSteps = 0;
        double load = 0;
        foreach (ref readonly FluidType type in types)
        {
            double rows = type.DecodeSteps * stepTime.SecondsPerRow;
            double prompt = type.PromptTokens * stepTime.SecondsPerPromptToken;
            double seconds = (type.TokenSteps * stepTime.SecondsPerKvToken) + rows + prompt;
            tokenSteps += type.RatePerSecond * type.TokenSteps;
            load += type.RatePerSecond * seconds;
        }

        return new(load, tokenSteps, load < 1 ? stepTime.BaseSeconds / (1 - load) : double.PositiveInfinity);
    }

    /// <summary>The threshold n of a type: requests that arrive during a step, and stand at each of its stages.</summary>
    public double RequestsPerStage(in FluidType type) => type.RatePerSecond * StepSeconds;
}
