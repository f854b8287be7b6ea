namespace Plimsoll.Policies;

/// <summary>A policy the user chose, with its options: immutable, so that every dispatcher and replication can create its own.</summary>
/// <typeparam name="TPolicy">Interface of the family.</typeparam>
/// <param name="Entry">What the catalogue says about it.</param>
/// <param name="Arguments">The options given.</param>
public sealed record PolicyChoice<TPolicy>(PolicyEntry<TPolicy> Entry, PolicyArguments Arguments)
    where TPolicy : class
{
    /// <summary>A new policy in its initial state.</summary>
    public TPolicy Create() => Entry.Create(Arguments);

    /// <summary>The choice as the user would write it, <c>name[:key=value[,key=value]]</c>; parsing it gives the same choice.</summary>
    public override string ToString()
    {
        string options = Arguments.ToString();
        return options.Length == 0 ? Entry.Name : $"{Entry.Name}:{options}";
    }
}
