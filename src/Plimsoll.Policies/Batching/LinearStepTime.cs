namespace Plimsoll.Policies.Batching;

/// <summary>The time of a step as a straight line in what is in it: what a policy that plans with a fluid knows of the engine.</summary>
/// <param name="BaseSeconds">A step with next to nothing in it; not negative.</param>
/// <param name="SecondsPerKvToken">More for each token in memory; not negative.</param>
/// <param name="SecondsPerRow">More for each request that decodes; not negative.</param>
/// <param name="SecondsPerPromptToken">More for each prompt token that is computed; not negative.</param>
public readonly record struct LinearStepTime(
    double BaseSeconds,
    double SecondsPerKvToken,
    double SecondsPerRow = 0,
    double SecondsPerPromptToken = 0);
