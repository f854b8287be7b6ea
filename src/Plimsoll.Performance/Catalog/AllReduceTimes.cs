namespace Plimsoll.Performance.Catalog;

/// <summary>Measured all-reduce times inside one domain, kernels replayed from a graph, by number of devices (ascending).</summary>
/// <param name="Rows">One row per number of devices.</param>
/// <param name="Provenance">Where the numbers come from.</param>
public sealed record AllReduceTimes(IReadOnlyList<AllReduceRow> Rows, Provenance Provenance);
