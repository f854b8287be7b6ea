using Plimsoll.Core;

namespace Plimsoll.Workloads;

/// <summary>The first requests of another source.</summary>
/// <param name="requests">Where the requests come from.</param>
/// <param name="count">How many at most.</param>
public sealed class Limited(IRequestSource requests, long count) : IRequestSource
{
    private long _left = count;

    /// <inheritdoc/>
    public int Read(Span<InferenceRequest> buffer)
    {
        int read = requests.Read(buffer[..(int)Math.Min(buffer.Length, _left)]);
        _left -= read;
        return read;
    }
}
