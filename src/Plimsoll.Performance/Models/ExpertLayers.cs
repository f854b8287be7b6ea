namespace Plimsoll.Performance.Models;

/// <summary>The mixture-of-experts layers of a model.</summary>
/// <param name="Layers">Layers with experts.</param>
/// <param name="Routed">Routed experts in a layer.</param>
/// <param name="PerToken">Routed experts that a token visits.</param>
/// <param name="IntermediateSize">Inner width of a routed expert.</param>
/// <param name="SharedIntermediateSize">Inner width of all shared experts together; 0 without.</param>
/// <param name="SharedGate">True when the shared expert has a scalar gate.</param>
public sealed record ExpertLayers(int Layers, int Routed, int PerToken, int IntermediateSize, int SharedIntermediateSize, bool SharedGate);
