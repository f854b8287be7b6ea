namespace Plimsoll.Policies.Balancing;

/// <summary>As the last output for a prompt of the same length says, and as the outputs of others where it says nothing.</summary>
internal readonly struct ExactMatchSteps(Dictionary<int, int> outputs, LearnedEnds ends) : IRemainingSteps
{
    public int Of(in PlacedRequest request) =>
        outputs.TryGetValue(request.PromptTokens, out int output) && output > request.GeneratedTokens
            ? output - request.GeneratedTokens
            : ends.Steps(request.GeneratedTokens);
}
