namespace Plimsoll.Wire.KvEvents;

/// <summary>Events that an engine published in one message.</summary>
/// <param name="Time">Unix time in seconds, by the engine's clock.</param>
/// <param name="Events">The events, in order; those of other memories than the GPU's and of unknown kinds are left out.</param>
/// <param name="Rank">The data-parallel rank, or null where there is one only.</param>
public sealed record KvEventBatch(double Time, IReadOnlyList<KvEvent> Events, int? Rank = null);
