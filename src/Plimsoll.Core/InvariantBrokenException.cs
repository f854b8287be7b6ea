namespace Plimsoll.Core;

/// <summary>A bug in Plimsoll: something that must always hold did not.</summary>
public sealed class InvariantBrokenException : Exception
{
    /// <summary>Without a statement.</summary>
    public InvariantBrokenException()
    {
    }

    /// <summary>The statement that did not hold.</summary>
    public InvariantBrokenException(string statement)
        : base("invariant broken: " + statement)
    {
    }

    /// <summary>The statement that did not hold, and what was underneath.</summary>
    public InvariantBrokenException(string statement, Exception innerException)
        : base("invariant broken: " + statement, innerException)
    {
    }
}
