using Plimsoll.Core;

namespace Plimsoll.Gateway.Emulation;

/// <summary>Something that the engine tells the one who answers a call.</summary>
/// <param name="Kind">What.</param>
/// <param name="Index">Which of the call's sequences.</param>
/// <param name="Tokens">Output tokens it has by now.</param>
/// <param name="At">When, in engine time.</param>
/// <param name="CachedTokens">At the end: prompt tokens that were found in the cache.</param>
/// <param name="Reason">Why it was refused.</param>
internal readonly record struct EmulatedEvent(
    EmulatedEventKind Kind, int Index, int Tokens, Instant At, int CachedTokens = 0, RejectReason Reason = RejectReason.None);
