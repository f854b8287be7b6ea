using Plimsoll.Core;

namespace Plimsoll.Workloads;

/// <summary>Requests from memory.</summary>
/// <param name="requests">In order of arrival, ids counted from 0.</param>
public sealed class ListSource(IReadOnlyList<InferenceRequest> requests) : IRequestSource
{
    private int _next;

    /// <inheritdoc/>
    public int Read(Span<InferenceRequest> buffer)
    {
        int count = Math.Min(buffer.Length, requests.Count - _next);
        for (int i = 0; i < count; i++)
        {
            buffer[i] = requests[_next++];
        }

        return count;
    }
}
