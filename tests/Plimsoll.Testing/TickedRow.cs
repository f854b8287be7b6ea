using Plimsoll.Core;

namespace Plimsoll.Testing;

/// <summary>One row of a batch of <see cref="TickingReplica"/>.</summary>
/// <param name="Request">Whose row.</param>
/// <param name="Tokens">Tokens it computes.</param>
/// <param name="Decodes">Whether its prompt, or what it recomputes after losing its memory, was complete before this batch.</param>
public readonly record struct TickedRow(RequestId Request, int Tokens, bool Decodes);
