namespace Plimsoll.Planning.LoadLine;

/// <summary>
/// Traffic that changes between phases, each with requests and steps of its own. With a share q of the requests in a phase whose line is μ:
/// <para>μ_mix = ( Σ q/μ )⁻¹</para>
/// <para>
/// the harmonic mean, because a request of a phase takes the replica 1/μ seconds. Source: Nie, Si, Zhou, arXiv:2605.04595; scheduling
/// theory, section 1.2.
/// </para>
/// </summary>
public static class PhaseMixture
{
    /// <summary>The line over all phases, in requests per second.</summary>
    /// <param name="phases">Share of the requests (any positive numbers; only their ratios count) and line of each phase.</param>
    public static double RequestsPerSecond(params ReadOnlySpan<(double Share, double RequestsPerSecond)> phases)
    {
        double shares = 0;
        double seconds = 0;
        foreach ((double share, double rate) in phases)
        {
            shares += share;
            seconds += share / rate;
        }

        return shares / seconds;
    }
}
