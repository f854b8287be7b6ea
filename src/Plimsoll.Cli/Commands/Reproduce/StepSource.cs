namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>Where the step times of a saturated GPU come from.</summary>
internal enum StepSource
{
    /// <summary>Every step takes the median that was measured.</summary>
    Constant,

    /// <summary>A roofline of the model on the GPU, from published rates.</summary>
    Catalogue,

    /// <summary>A straight line in the batch, fitted to operators timed on such a GPU.</summary>
    Affine,
}
