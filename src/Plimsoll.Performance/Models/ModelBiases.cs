namespace Plimsoll.Performance.Models;

/// <summary>Parts of a model that carry additive biases.</summary>
[Flags]
public enum ModelBiases
{
    /// <summary>No biases.</summary>
    None = 0,

    /// <summary>Query, key and value projections.</summary>
    Qkv = 1,

    /// <summary>Output projection of attention.</summary>
    AttentionOutput = 2,

    /// <summary>Both sides of every MLP; of every routed expert in a mixture.</summary>
    Mlp = 4,

    /// <summary>Normalisations.</summary>
    Norm = 8,

    /// <summary>One value per expert in the router.</summary>
    Router = 16,
}
