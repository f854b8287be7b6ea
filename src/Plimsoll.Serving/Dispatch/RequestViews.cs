using Plimsoll.Core;

namespace Plimsoll.Serving.Dispatch;

/// <summary>What policies may see of a request.</summary>
internal static class RequestViews
{
    public static ulong TenantOf(in InferenceRequest request) => request.Details?.Client is { } client ? StableHash.Of(client) : 0;

    public static int PredictionOf(in InferenceRequest request) => request.Details?.PredictedOutputTokens ?? 0;

    // Whose it is costs a hash of the name, and only an order between tenants asks.
    public static RequestView Of(in InferenceRequest request, Instant now, ReadOnlySpan<int> prefixHitTokens, ulong tenant = 0) => new()
    {
        Id = request.Id,
        Arrival = request.Arrival,
        Now = now,
        PromptTokens = request.PromptTokens,
        SessionHash = request.Details?.Session is { } session ? StableHash.Of(session) : 0,
        TenantHash = tenant,
        PredictedOutputTokens = PredictionOf(request),
        Priority = request.Details?.Priority ?? 0,
        PrefixHitTokens = prefixHitTokens,
    };
}
