using Plimsoll.Core;

namespace Plimsoll.Testing;

/// <summary>A client leaves; nothing happens if its request is not inside any more.</summary>
/// <param name="Id">Its request, which has arrived by then.</param>
/// <param name="At">When.</param>
public readonly record struct Departure(RequestId Id, Instant At);
