namespace Plimsoll.Policies.Balancing;

/// <summary>As the outputs of others say.</summary>
internal readonly struct SurvivalSteps(LearnedEnds ends) : IRemainingSteps
{
    public int Of(in PlacedRequest request) => ends.Steps(request.GeneratedTokens);
}
