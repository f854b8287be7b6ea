using Plimsoll.Core;

namespace Plimsoll.Serving.Dispatch;

/// <summary>What policies may see of a request.</summary>
internal static class RequestViews
{
    public static ulong TenantOf(in InferenceRequest request) => request.Details?.Client is { } client ? StableHash.Of(client) : 0;

    public static int PredictionOf(in InferenceRequest request) => request.Details?.PredictedOutputTokens ?? 0;

    public static RequestView Of(in InferenceRequest request, Instant now, ReadOnlySpan<int> prefixHitTokens) => new()
    {
        Id = request.Id,
        Arrival = request.Arrival,
        Now = now,
        PromptTokens = request.PromptTokens,
        SessionHash = request.Details?.Session is { } session ? StableHash.Of(session) : 0,
        TenantHash = TenantOf(request),
        PredictedOutputTokens = PredictionOf(request),
        Priority = request.Details?.Priority ?? 0,
        PrefixHitTokens = prefixHitTokens,
    };
}
