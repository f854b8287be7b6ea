namespace Plimsoll.Policies;

/// <summary>
/// One option of a policy, as a user meets it: <c>policy:name=value</c>. The typed part is <see cref="PolicyOption{T}"/>.
/// </summary>
public abstract class PolicyOption
{
    private protected PolicyOption()
    {
    }

    /// <summary>What the user writes before the equals sign, in kebab-case.</summary>
    public required string Name { get; init; }

    /// <summary>The unit of the value, in the plural; "none" if it has none.</summary>
    public required string Unit { get; init; }

    /// <summary>What the value does, in one sentence.</summary>
    public required string Meaning { get; init; }

    /// <summary>The kind of value in words, such as "an integer".</summary>
    public abstract string Type { get; }

    /// <summary>The accepted values in words, such as "from 1 to 64".</summary>
    public abstract string Range { get; }

    /// <summary>The value when nothing is said: as the user would write it, or in words where it depends on something.</summary>
    public abstract string Default { get; }

    /// <summary>The value that <paramref name="text"/> says, or null if it is not of this type or not in range.</summary>
    internal abstract object? Read(string text);

    /// <summary>A value of this option as the user would write it.</summary>
    internal abstract string Write(object value);
}
