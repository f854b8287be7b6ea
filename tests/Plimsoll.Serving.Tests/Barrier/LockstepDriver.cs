using Plimsoll.Core;
using Plimsoll.Serving.Replica;

namespace Plimsoll.Serving.Tests.Barrier;

/// <summary>Drives a replica of any kind over a list of requests, as a host would.</summary>
internal static class LockstepDriver
{
    public static void Drive(
        IReplica replica,
        IReadOnlyList<InferenceRequest> requests,
        List<RequestTimeline> ended,
        Func<InferenceRequest, LengthPrediction> predict,
        bool reportOften = false,
        Action? seen = null)
    {
        int arrived = 0;
        while (arrived < requests.Count || replica.NextWake != Instant.Never)
        {
            if (arrived < requests.Count && requests[arrived].Arrival <= replica.NextWake)
            {
                InferenceRequest request = requests[arrived++];
                if (reportOften)
                {
                    replica.Report(request.Arrival);
                }

                RejectReason reason = replica.Submit(request, predict(request), request.PromptTokens, request.Arrival);
                if (reason != RejectReason.None)
                {
                    ended.Add(Refused(request, reason));
                }

                continue;
            }

            replica.Wake(replica.NextWake);
            replica.CheckAtEnd();
            foreach (EndedRequest end in replica.Ended)
            {
                ended.Add(end.Timeline);
            }

            replica.ClearEnded();
            seen?.Invoke();
        }
    }

    private static RequestTimeline Refused(in InferenceRequest request, RejectReason reason) => new()
    {
        Id = request.Id,
        Arrival = request.Arrival,
        Scheduled = Instant.Never,
        FirstToken = Instant.Never,
        Finished = request.Arrival,
        PromptTokens = request.PromptTokens,
        Replica = -1,
        Outcome = RequestOutcome.Rejected,
        RejectReason = reason,
    };
}
