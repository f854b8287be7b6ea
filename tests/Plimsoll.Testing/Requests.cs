using Plimsoll.Core;

namespace Plimsoll.Testing;

/// <summary>Requests by the line.</summary>
public static class Requests
{
    /// <summary>Requests 0, 1, 2, … in the order given, which must be that of their arrival.</summary>
    public static InferenceRequest[] Of(params ReadOnlySpan<(double ArrivalSeconds, int PromptTokens, int OutputTokens)> requests)
    {
        InferenceRequest[] result = new InferenceRequest[requests.Length];
        for (int i = 0; i < result.Length; i++)
        {
            (double arrival, int prompt, int output) = requests[i];
            result[i] = new InferenceRequest(new RequestId(i), Instant.FromSeconds(arrival), prompt, output);
        }

        return result;
    }

    /// <summary>The request as a policy sees it at <paramref name="now"/>, without prefix hits.</summary>
    public static RequestView View(in InferenceRequest request, Instant now) => new()
    {
        Id = request.Id,
        Arrival = request.Arrival,
        Now = now,
        PromptTokens = request.PromptTokens,
        SessionHash = request.Details?.Session is { } session ? StableHash.Of(session) : 0,
        TenantHash = request.Details?.Client is { } client ? StableHash.Of(client) : 0,
        PredictedOutputTokens = request.Details?.PredictedOutputTokens ?? 0,
        Priority = request.Details?.Priority ?? 0,
    };

    /// <summary>One request that has just arrived.</summary>
    public static RequestView Arriving(int promptTokens = 100, ulong sessionHash = 0, ReadOnlySpan<int> prefixHitTokens = default) => new()
    {
        PromptTokens = promptTokens,
        SessionHash = sessionHash,
        PrefixHitTokens = prefixHitTokens,
    };
}
