namespace Plimsoll.Policies;

/// <summary>
/// A policy whose next decision depends on more than it is shown: what it remembers can be written down, so that a record of decisions can
/// begin anywhere.
/// </summary>
public interface IRemembers
{
    /// <summary>Everything it remembers; equal words for equal memories.</summary>
    ulong[] Saved();

    /// <summary>Remembers what another of its kind, with the same options, remembered.</summary>
    /// <exception cref="ArgumentException">No policy of this kind can have saved these words.</exception>
    void Restore(ReadOnlySpan<ulong> words);
}
