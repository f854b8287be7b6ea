using Plimsoll.Core;

namespace Plimsoll.Serving.Replica;

/// <summary>How far a request inside a replica has come.</summary>
/// <param name="Id">Which request.</param>
/// <param name="EmittedTokens">Output tokens whose steps have ended; less than before if an eviction made it start over.</param>
public readonly record struct RequestProgress(RequestId Id, int EmittedTokens);
