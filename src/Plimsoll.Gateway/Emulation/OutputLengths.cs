using Plimsoll.Core;

namespace Plimsoll.Gateway.Emulation;

/// <summary>How many tokens a model would write if nobody stopped it: at least 1.</summary>
/// <param name="dice">The dice of one request.</param>
public delegate int OutputLengths(ref RandomStream dice);
