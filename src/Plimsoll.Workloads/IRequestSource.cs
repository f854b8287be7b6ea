using Plimsoll.Core;

namespace Plimsoll.Workloads;

/// <summary>A stream of requests in order of arrival, ids counted from 0. Pulled in blocks so that millions cost little.</summary>
public interface IRequestSource
{
    /// <summary>
    /// Fills <paramref name="buffer"/> from its start; returns how many were written, 0 at the end (or for an empty buffer).
    /// </summary>
    int Read(Span<InferenceRequest> buffer);
}
