using Plimsoll.Core;

namespace Plimsoll.Serving.Dispatch;

/// <summary>What a tenant had of a request that has ended, so that it pays for that and no more.</summary>
/// <param name="Tenant">Hash of the tenant, 0 for none.</param>
/// <param name="PredictedTokens">Output tokens that it was charged with when the request was sent.</param>
/// <param name="OutputTokens">Output tokens that it got.</param>
public readonly record struct ServedTokens(ulong Tenant, int PredictedTokens, int OutputTokens)
{
    /// <summary>Of a request that was served.</summary>
    public static ServedTokens Of(in InferenceRequest request, int outputTokens) =>
        new(RequestViews.TenantOf(request), RequestViews.PredictionOf(request), outputTokens);

    /// <summary>Of a request that went to a replica in vain.</summary>
    public static ServedTokens InVain(in InferenceRequest request) => Of(request, 0) with { GivenBackTokens = -request.PromptTokens };

    /// <summary>Prompt tokens that it was charged with and that were served in vain, below zero; 0 for none.</summary>
    public int GivenBackTokens { get; init; }
}
