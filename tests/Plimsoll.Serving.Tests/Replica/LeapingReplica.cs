using Plimsoll.Core;
using Plimsoll.Serving.Replica;

namespace Plimsoll.Serving.Tests.Replica;

/// <summary>Drives a <see cref="ReplicaEngine"/> over a list of requests, as a host would.</summary>
internal static class LeapingReplica
{
    public static List<RequestTimeline> Run(ReplicaConfiguration configuration, IReadOnlyList<InferenceRequest> requests, bool reportOften = false)
    {
        var engine = new ReplicaEngine(new ReplicaId(0), configuration);
        var ended = new List<RequestTimeline>();
        int arrived = 0;
        while (arrived < requests.Count || engine.NextWake != Instant.Never)
        {
            if (arrived < requests.Count && requests[arrived].Arrival <= engine.NextWake)
            {
                InferenceRequest request = requests[arrived++];
                if (reportOften)
                {
                    engine.Report(request.Arrival);
                }

                RejectReason reason = engine.Submit(request, request.PromptTokens, request.Arrival);
                if (reason != RejectReason.None)
                {
                    ended.Add(new RequestTimeline
                    {
                        Id = request.Id,
                        Arrival = request.Arrival,
                        Scheduled = Instant.Never,
                        FirstToken = Instant.Never,
                        Finished = request.Arrival,
                        PromptTokens = request.PromptTokens,
                        Outcome = RequestOutcome.Rejected,
                        RejectReason = reason,
                    });
                }

                continue;
            }

            engine.Wake(engine.NextWake);
            engine.CheckAtEnd();
            foreach (EndedRequest end in engine.Ended)
            {
                ended.Add(end.Timeline);
            }

            engine.ClearEnded();
        }

        return ended;
    }
}
