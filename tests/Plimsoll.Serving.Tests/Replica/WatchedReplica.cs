using Plimsoll.Core;
using Plimsoll.Serving.Replica;

namespace Plimsoll.Serving.Tests.Replica;

/// <summary>Drives a <see cref="ReplicaEngine"/> from step end to step end, as a host does that streams tokens.</summary>
internal static class WatchedReplica
{
    /// <summary>When each token of each request was first seen.</summary>
    public static Dictionary<RequestId, List<Instant>> Drive(
        ReplicaConfiguration configuration, IReadOnlyList<InferenceRequest> requests, out List<RequestTimeline> ended)
    {
        var engine = new ReplicaEngine(new ReplicaId(0), configuration);
        var seen = requests.ToDictionary(request => request.Id, _ => new List<Instant>());
        ended = [];
        int arrived = 0;
        Instant now = Instant.Zero;
        Instant nextStepEnd = Instant.Never;
        while (arrived < requests.Count || engine.NextWake != Instant.Never)
        {
            Instant next = engine.NextWake < nextStepEnd ? engine.NextWake : nextStepEnd;
            if (arrived < requests.Count && requests[arrived].Arrival <= next)
            {
                // Arrivals come before what happens at the same instant.
                engine.Submit(requests[arrived], default, 1, requests[arrived].Arrival);
                now = requests[arrived++].Arrival;
                nextStepEnd = engine.NextStepEnd(new Instant(now.Nanoseconds - 1));
                continue;
            }

            now = next;
            engine.Wake(now);
            foreach (EndedRequest end in engine.Ended)
            {
                ended.Add(end.Timeline);
                See(seen[end.Timeline.Id], OutputsOf(requests[(int)end.Timeline.Id.Value]), now);
            }

            engine.ClearEnded();
            if (engine.NextWake > now)
            {
                foreach (RequestProgress progress in engine.Progress(now))
                {
                    See(seen[progress.Id], progress.EmittedTokens, now);
                }

                nextStepEnd = engine.NextStepEnd(now);
            }
        }

        return seen;
    }

    // What hangs up before the first token has one all the same.
    private static int OutputsOf(in InferenceRequest request) =>
        request.Details?.CancelledAfterTokens is { } after && after < request.OutputTokens ? Math.Max(1, after) : request.OutputTokens;

    private static void See(List<Instant> tokens, int count, Instant now)
    {
        while (tokens.Count < count)
        {
            tokens.Add(now);
        }
    }
}
