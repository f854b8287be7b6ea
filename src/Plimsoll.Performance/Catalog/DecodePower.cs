namespace Plimsoll.Performance.Catalog;

/// <summary>Measured power of a device that serves mostly output tokens, by how many requests run together (ascending).</summary>
/// <param name="Rows">One row per size of batch.</param>
/// <param name="Provenance">Where the numbers come from.</param>
public sealed record DecodePower(IReadOnlyList<DecodePowerRow> Rows, Provenance Provenance);
