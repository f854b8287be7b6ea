using Plimsoll.Core;

namespace Plimsoll.Policies;

/// <summary>The options a user gave to one policy, already checked; what was not given falls back to the option's default.</summary>
public sealed class PolicyArguments
{
    private readonly IReadOnlyList<KeyValuePair<PolicyOption, object>> _given;

    internal PolicyArguments(IReadOnlyList<KeyValuePair<PolicyOption, object>> given) => _given = given;

    /// <summary>Nothing given: every option at its default.</summary>
    public static PolicyArguments Defaults { get; } = new([]);

    /// <summary>The value given for <paramref name="option"/>, or null if the user said nothing.</summary>
    /// <typeparam name="T">Type of the value.</typeparam>
    public T? Given<T>(PolicyOption<T> option)
        where T : struct, IParsable<T>, IComparable<T>
    {
        foreach ((PolicyOption candidate, object value) in _given)
        {
            if (ReferenceEquals(candidate, option))
            {
                return (T)value;
            }
        }

        return null;
    }

    /// <summary>The value given for <paramref name="option"/>, or its default.</summary>
    /// <typeparam name="T">Type of the value.</typeparam>
    /// <exception cref="InvariantBrokenException">The option has no fixed default: ask with <see cref="Given{T}"/>.</exception>
    public T Of<T>(PolicyOption<T> option)
        where T : struct, IParsable<T>, IComparable<T>
    {
        T? value = Given(option) ?? option.Fallback;
        Invariant.Holds(value is not null, "an option asked for without an alternative has a fixed default");
        return value.Value;
    }

    /// <summary>The options as the user would write them, in the order given, separated by commas; empty if there are none.</summary>
    public override string ToString() => string.Join(',', _given.Select(pair => $"{pair.Key.Name}={pair.Key.Write(pair.Value)}"));
}
