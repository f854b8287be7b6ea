namespace Plimsoll.Optimization;

/// <summary>A problem is larger than the limits allow; the message names the limit. Nothing was solved.</summary>
public sealed class ProgramTooLargeException : Exception
{
    /// <summary>Creates the error.</summary>
    public ProgramTooLargeException()
        : this("The problem is too large.")
    {
    }

    /// <summary>Creates the error with what is too large and what is allowed.</summary>
    public ProgramTooLargeException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the error with its cause.</summary>
    public ProgramTooLargeException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
