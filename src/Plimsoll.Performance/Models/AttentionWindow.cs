namespace Plimsoll.Performance.Models;

/// <summary>Attention layers that see only the latest tokens.</summary>
/// <param name="Tokens">Window in tokens, the current one included. Chunked attention is bounded by its chunk, an upper bound.</param>
/// <param name="Layers">How many layers have it.</param>
public sealed record AttentionWindow(int Tokens, int Layers);
