namespace Plimsoll.Policies.Batching;

/// <summary>Answers one question: which tokens run in the next step?</summary>
public interface IBatchingPolicy
{
    /// <summary>The rules the replica engine follows, with the user's overrides applied.</summary>
    BatchingRules Plan(EngineOverrides overrides);
}
