namespace Plimsoll.Optimization;

/// <summary>A native solver is needed and is not installed. The message says how to get it.</summary>
public sealed class SolverMissingException : Exception
{
    /// <summary>Creates the error.</summary>
    public SolverMissingException()
        : this("A native solver is missing.")
    {
    }

    /// <summary>Creates the error with what is missing and how to get it.</summary>
    public SolverMissingException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the error with its cause.</summary>
    public SolverMissingException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
