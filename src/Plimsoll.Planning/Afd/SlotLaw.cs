using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Planning.Afd;

/// <summary>
/// The KV tokens of one slot in a random step, when the slot serves independent requests (P, D) back to back: Y = P + age, where the
/// request found there is drawn by its output length D and its age is uniform on 0 … D − 1. The step that yields the (k + 1)-th token
/// counts P + k.
/// <para>θ = E[Y] = E[D·P + D(D − 1)/2] / E[D]</para>
/// <para>ν² = Var[Y] = E[D·P² + P·D(D − 1) + D(D − 1)(2D − 1)/6] / E[D] − θ²</para>
/// Source: Song et al., arXiv:2601.21351, version 4 (scheduling theory, section 2.3).
/// </summary>
/// <param name="Mean">θ, in tokens.</param>
/// <param name="Variance">ν², in tokens squared.</param>
/// <param name="AgeCovariance">Cov(age, Y), in tokens squared: what an empty start costs, see <see cref="MeanOver"/>.</param>
public readonly record struct SlotLaw(double Mean, double Variance, double AgeCovariance)
{
    /// <summary>ν, in tokens.</summary>
    public double Deviation => Math.Sqrt(Variance);

    /// <summary>
    /// Prompts and outputs that are independent: θ = E[P] + E[age] and ν² = Var P + Var(age), closed forms where the ages have them.
    /// </summary>
    public static SlotLaw OfIndependent(LengthDistribution prompt, StationaryAge age)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(age);
        return new SlotLaw(prompt.Mean + age.Mean, prompt.Variance + age.Variance, age.Variance);
    }

    /// <summary>
    /// The mean over the first <paramref name="steps"/> steps of slots that all begin a request: θ − Cov(age, Y)/steps, to first order.
    /// <para>
    /// What is missing is the expected sum of Y − θ from the start on, which Poisson's equation of the renewal process gives as
    /// −Cov(age, Y). It holds for steps well above a request's length, and is version 1's 1 − B/N for geometric outputs.
    /// </para>
    /// </summary>
    /// <param name="steps">Steps, above 0; infinity for θ itself.</param>
    public double MeanOver(double steps) => Mean - (AgeCovariance / steps);
}
