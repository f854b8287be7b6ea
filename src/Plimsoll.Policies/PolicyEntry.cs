namespace Plimsoll.Policies;

/// <summary>
/// What the catalogue says about one policy: the data behind the command line's help and the documentation. The part that creates
/// it is <see cref="PolicyEntry{TPolicy}"/>.
/// </summary>
public abstract class PolicyEntry
{
    private protected PolicyEntry()
    {
    }

    /// <summary>The name, in kebab-case; the same in command line, configuration, reports and documentation.</summary>
    public required string Name { get; init; }

    /// <summary>What it does, in one sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>When it is a bad idea.</summary>
    public required string BadIdea { get; init; }

    /// <summary>Where the rule comes from.</summary>
    public required string Source { get; init; }

    /// <summary>What it must see.</summary>
    public required Signals Signals { get; init; }

    /// <summary>Its options, in the order in which they are printed.</summary>
    public IReadOnlyList<PolicyOption> Options { get; init; } = [];
}
