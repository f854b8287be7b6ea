using Plimsoll.Serving.Dispatch.Log;

namespace Plimsoll.Cli.Setup.Serving;

/// <summary>Where a replay decided otherwise.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">The line in it, from 1.</param>
/// <param name="What">The difference.</param>
internal sealed record FoundDifference(string File, long Line, DecisionDifference What);
