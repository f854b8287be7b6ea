using Plimsoll.Performance.Models;

namespace Plimsoll.Performance.Catalog;

/// <summary>A model of the catalogue, of the user's own file, or of a config.json.</summary>
public sealed record ModelSpec
{
    /// <summary>Name in the catalogue, lower case.</summary>
    public required string Id { get; init; }

    /// <summary>Name on the hub, such as <c>meta-llama/Llama-3.1-8B</c>; empty when unknown.</summary>
    public string HuggingFaceId { get; init; } = "";

    /// <summary>Other names it is found by.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Its shape.</summary>
    public required ModelArchitecture Architecture { get; init; }

    /// <summary>The format its makers ship.</summary>
    public WeightFormat NativeWeights { get; init; }

    /// <summary>
    /// What the computed parameter total was compared with: <c>exact</c>, <c>rounded</c> or <c>recalled</c> figures, or
    /// <c>none_located</c>.
    /// </summary>
    public string TotalEvidence { get; init; } = "none_located";

    /// <summary>Where the shape comes from.</summary>
    public required Provenance Provenance { get; init; }
}
