using Plimsoll.Core;
using Plimsoll.Gateway.Emulation;
using Plimsoll.Serving.Replica;
using Plimsoll.Testing;

namespace Plimsoll.Gateway.Tests.Emulation;

/// <summary>Requests through a hosted replica whose owner looks at the clock now and then.</summary>
/// <param name="Arrived">The requests as the replica took them: it may be a nanosecond later.</param>
/// <param name="Departed">The clients that left, at the instant at which the replica took note.</param>
/// <param name="Told">Instants of the tokens told, by request.</param>
internal sealed record HostedRun(
    IReadOnlyList<InferenceRequest> Arrived, IReadOnlyList<Departure> Departed, IReadOnlyDictionary<RequestId, List<Instant>> Told)
{
    public static HostedRun Of(
        ReplicaConfiguration configuration, IReadOnlyList<InferenceRequest> requests, IReadOnlyList<Departure> departures, ref RandomStream dice)
    {
        var replica = new HostedReplica(configuration, default, Emulators.Metrics());
        EmulatedCall[] calls = [.. requests.Select(request => Emulators.Call((request.PromptTokens, request.OutputTokens)))];
        var departed = new List<Departure>();
        int next = 0;
        for (int arrived = 0; arrived < requests.Count || next < departures.Count;)
        {
            Instant arrival = arrived < requests.Count ? requests[arrived].Arrival : Instant.Never;
            if (next == departures.Count || arrival <= departures[next].At)
            {
                replica.Submit(calls[arrived++], arrival);
            }
            else
            {
                Departure departure = departures[next++];
                replica.Abort(calls[departure.Id.Value], departure.At);
                departed.Add(departure with { At = replica.LastEntry });
            }

            // Sometimes it looks at once, sometimes when the next one comes.
            if (dice.NextBelow(2) == 0)
            {
                replica.AdvanceTo(replica.LastEntry);
            }
        }

        while (replica.Requests > 0)
        {
            replica.AdvanceTo(replica.NextEvent);
        }

        var arrivals = requests.Select((request, i) => request with { Arrival = calls[i].Sequences[0].Arrival }).ToList();
        return new(arrivals, departed, requests.ToDictionary(request => request.Id, request => Instants(calls[request.Id.Value])));
    }

    private static List<Instant> Instants(EmulatedCall call)
    {
        List<Instant> instants = [];
        while (call.Events.TryRead(out EmulatedEvent told))
        {
            for (; instants.Count < told.Tokens;)
            {
                instants.Add(told.At);
            }
        }

        return instants;
    }
}
