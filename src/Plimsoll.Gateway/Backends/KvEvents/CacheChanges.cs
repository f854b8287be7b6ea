namespace Plimsoll.Gateway.Backends.KvEvents;

/// <summary>What became of an engine's prefixes since somebody asked last; of each only what is so now.</summary>
/// <param name="Stored">Prefixes that it has.</param>
/// <param name="Removed">Prefixes that it has not, though it may have been believed.</param>
internal readonly record struct CacheChanges(ulong[] Stored, ulong[] Removed);
