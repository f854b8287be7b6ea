namespace Plimsoll.Planning.Afd;

/// <summary>
/// What an instance of each role draws, constantly, in one and the same unit. Equal ones ask for throughput per instance, others for
/// tokens per energy.
/// </summary>
/// <param name="Attention">w_A, above 0.</param>
/// <param name="Ffn">w_F, above 0.</param>
public readonly record struct RolePowers(double Attention, double Ffn)
{
    /// <summary>Every instance counts as one.</summary>
    public static RolePowers Equal => new(1, 1);

    /// <summary>What r Attention instances and one FFN instance draw.</summary>
    public double Total(double ratio) => (ratio * Attention) + Ffn;
}
