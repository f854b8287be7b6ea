namespace Plimsoll.Policies;

/// <summary>The policies that answer one question. The part that parses is <see cref="PolicyFamily{TPolicy}"/>.</summary>
public abstract class PolicyFamily
{
    private protected PolicyFamily()
    {
    }

    /// <summary>The family's name in lower case, such as "routing".</summary>
    public required string Name { get; init; }

    /// <summary>The one question its policies answer.</summary>
    public required string Question { get; init; }

    /// <summary>The policies in the order in which they are printed; the first is the default.</summary>
    public abstract IReadOnlyList<PolicyEntry> Policies { get; }
}
