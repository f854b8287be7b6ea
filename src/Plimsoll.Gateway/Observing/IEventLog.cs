namespace Plimsoll.Gateway.Observing;

/// <summary>Takes down what happens in the gateway. Called by many at once; must not wait.</summary>
public interface IEventLog
{
    /// <summary>Whether lines of this severity are taken; those that are not need not be made.</summary>
    bool Takes(LogSeverity severity);

    /// <summary>Something happened.</summary>
    void Write(LogLine line);
}
