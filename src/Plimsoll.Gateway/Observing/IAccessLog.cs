namespace Plimsoll.Gateway.Observing;

/// <summary>Takes down every request that ended. Called by many at once; must not wait.</summary>
public interface IAccessLog
{
    /// <summary>A request ended.</summary>
    void Write(AccessRecord record);
}
