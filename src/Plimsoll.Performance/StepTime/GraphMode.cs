namespace Plimsoll.Performance.StepTime;

/// <summary>How an engine launches the kernels of a step.</summary>
public enum GraphMode
{
    /// <summary>One by one, at the real number of tokens.</summary>
    None,

    /// <summary>Dense parts replayed from graphs at the padded number of tokens, attention launched at real sizes.</summary>
    Piecewise,

    /// <summary>The whole step replayed from one graph, padded.</summary>
    Full,
}
