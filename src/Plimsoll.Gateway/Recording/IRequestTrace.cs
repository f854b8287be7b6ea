using Plimsoll.Core;

namespace Plimsoll.Gateway.Recording;

/// <summary>Takes down every request that was served, as a trace has it. Called by many at once; must not wait.</summary>
public interface IRequestTrace
{
    /// <summary>
    /// A request ended: its arrival since the gateway started, its lengths as the engine counted them, hashes and no text.
    /// </summary>
    void Write(in InferenceRequest request);
}
