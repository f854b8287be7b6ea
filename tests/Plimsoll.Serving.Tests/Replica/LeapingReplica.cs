using Plimsoll.Core;
using Plimsoll.Serving.Replica;
using Plimsoll.Testing;

namespace Plimsoll.Serving.Tests.Replica;

/// <summary>Drives a <see cref="ReplicaEngine"/> over a list of requests, as a host would.</summary>
internal static class LeapingReplica
{
    public static ReplicaEngine Drive(
        ReplicaConfiguration configuration,
        IReadOnlyList<InferenceRequest> requests,
        List<RequestTimeline> ended,
        bool reportOften = false,
        Func<InferenceRequest, LengthPrediction>? predict = null,
        RandomStream dice = default,
        IReadOnlyList<Departure>? departures = null)
    {
        var engine = new ReplicaEngine(new ReplicaId(0), configuration, dice);
        int arrived = 0;
        int departed = 0;
        departures ??= [];
        while (arrived < requests.Count || engine.NextWake != Instant.Never)
        {
            Instant arrival = arrived < requests.Count ? requests[arrived].Arrival : Instant.Never;
            Instant departure = departed < departures.Count ? departures[departed].At : Instant.Never;
            if (departure < arrival && departure <= engine.NextWake)
            {
                engine.Abort(departures[departed++].Id, departure);
                Read(engine, ended);
                continue;
            }

            if (arrival != Instant.Never && arrival <= engine.NextWake)
            {
                InferenceRequest request = requests[arrived++];
                if (reportOften)
                {
                    engine.Report(request.Arrival);
                }

                RejectReason reason = engine.Submit(request, predict?.Invoke(request) ?? default, request.PromptTokens, request.Arrival);
                if (reason != RejectReason.None)
                {
                    ended.Add(Refused(request, reason));
                }

                continue;
            }

            engine.Wake(engine.NextWake);
            Read(engine, ended);
        }

        return engine;
    }

    private static void Read(ReplicaEngine engine, List<RequestTimeline> ended)
    {
        engine.CheckAtEnd();
        foreach (EndedRequest end in engine.Ended)
        {
            ended.Add(end.Timeline);
        }

        engine.ClearEnded();
    }

    private static RequestTimeline Refused(in InferenceRequest request, RejectReason reason) => new()
    {
        Id = request.Id,
        Arrival = request.Arrival,
        Scheduled = Instant.Never,
        FirstToken = Instant.Never,
        Finished = request.Arrival,
        PromptTokens = request.PromptTokens,
        Outcome = RequestOutcome.Rejected,
        RejectReason = reason,
    };
}
