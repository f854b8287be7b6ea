namespace Plimsoll.LoadGen.Servers;

/// <summary>The server cannot be measured; the message says why, fit for the person who named it.</summary>
public sealed class ServerProblemException : Exception
{
    /// <summary>Without a message.</summary>
    public ServerProblemException()
    {
    }

    /// <summary>With what is wrong.</summary>
    public ServerProblemException(string message)
        : base(message)
    {
    }

    /// <summary>With what is wrong and why.</summary>
    public ServerProblemException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
