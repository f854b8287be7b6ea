using Plimsoll.Core;

namespace Plimsoll.Policies.Prediction;

/// <summary>
/// The dice of a predictor's errors. Those of a request depend on the seed and its id alone, so that every policy meets the same errors,
/// in whatever order it asks and however often.
/// </summary>
internal readonly struct ErrorDice(RandomTree tree)
{
    private readonly ulong _seed = StableHash.Combine(tree.Seed, StableHash.Of("prediction"));

    /// <summary>The stream of one request, always from its beginning.</summary>
    public RandomStream For(RequestId id) => new(StableHash.Combine(_seed, (ulong)id.Value));
}
