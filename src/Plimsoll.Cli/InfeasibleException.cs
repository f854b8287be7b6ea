namespace Plimsoll.Cli;

/// <summary>The question is well put and has no feasible answer; the message says why.</summary>
internal sealed class InfeasibleException : Exception
{
    public InfeasibleException()
    {
    }

    public InfeasibleException(string message)
        : base(message)
    {
    }

    public InfeasibleException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
