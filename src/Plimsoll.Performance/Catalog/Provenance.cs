namespace Plimsoll.Performance.Catalog;

/// <summary>Where a group of numbers comes from and how far it may be trusted.</summary>
/// <param name="Sources">Keys of the catalogue's list of sources; <c>user</c> for the user's own numbers.</param>
/// <param name="Verified">False when no trustworthy source was found for the group, or sources disagree.</param>
/// <param name="UnverifiedFields">Single doubtful fields of a group that is otherwise verified.</param>
public sealed record Provenance(IReadOnlyList<string> Sources, bool Verified, IReadOnlyList<string> UnverifiedFields)
{
    /// <summary>True when that field of the group may be trusted.</summary>
    public bool IsVerified(string field) => Verified && !UnverifiedFields.Contains(field, StringComparer.Ordinal);
}
