namespace Plimsoll.Policies;

/// <summary>A catalogue entry that can create its policy.</summary>
/// <typeparam name="TPolicy">Interface of the family.</typeparam>
public sealed class PolicyEntry<TPolicy> : PolicyEntry
    where TPolicy : class
{
    /// <summary>Creates the policy. A stateful one belongs to a single dispatcher, so each dispatcher creates its own.</summary>
    public required Func<PolicyArguments, TPolicy> Create { get; init; }
}
