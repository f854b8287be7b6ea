using Plimsoll.Core;
using Plimsoll.Workloads;

namespace Plimsoll.Testing;

/// <summary>Requests from a list, in its order; hands out at most <paramref name="block"/> at a time.</summary>
/// <param name="requests">The requests, in order of arrival.</param>
/// <param name="block">Most requests a read returns, from 1.</param>
public sealed class ListSource(IReadOnlyList<InferenceRequest> requests, int block = int.MaxValue) : IRequestSource
{
    private int _next;

    /// <inheritdoc/>
    public int Read(Span<InferenceRequest> buffer)
    {
        int count = Math.Min(Math.Min(buffer.Length, block), requests.Count - _next);
        for (int i = 0; i < count; i++)
        {
            buffer[i] = requests[_next++];
        }

        return count;
    }
}
