namespace Plimsoll.Testing;

/// <summary>One step of <see cref="TickingReplica"/>.</summary>
/// <param name="Rows">Sequences that computed one token.</param>
/// <param name="Picoseconds">What it took.</param>
/// <param name="PromptPicoseconds">Of that, what it took beyond those rows alone, which is all without such rows.</param>
public sealed record TickedStep(int Rows, long Picoseconds, long PromptPicoseconds);
