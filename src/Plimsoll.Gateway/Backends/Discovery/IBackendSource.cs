namespace Plimsoll.Gateway.Backends.Discovery;

/// <summary>Answers one question: which backends are there now, besides those of the configuration?</summary>
public interface IBackendSource
{
    /// <summary>What messages call it.</summary>
    string Name { get; }

    /// <summary>The backends as of now, whose numbers mean nothing.</summary>
    /// <exception cref="IOException">It cannot be told; the message says why. What was known before goes on being used.</exception>
    Task<IReadOnlyList<Backend>> ReadAsync(CancellationToken stop);
}
