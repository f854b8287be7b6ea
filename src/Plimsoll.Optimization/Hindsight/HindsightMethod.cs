namespace Plimsoll.Optimization.Hindsight;

/// <summary>How the optimum is looked for, once cuts have raised the bound of the relaxation and ruled out what they can.</summary>
public enum HindsightMethod
{
    /// <summary>
    /// Round by round with dominance between states, pruned by the relaxation's prices: by far the faster. At most 64 jobs and 65,535
    /// tokens.
    /// </summary>
    RoundSearch,

    /// <summary>CBC's branch and cut on the integer program that is left.</summary>
    IntegerProgram,
}
