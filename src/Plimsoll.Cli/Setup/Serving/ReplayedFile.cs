using Plimsoll.Serving.Dispatch.Log;

namespace Plimsoll.Cli.Setup.Serving;

/// <summary>A file of the decision log that was replayed.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Head">What it says of itself.</param>
/// <param name="Events">Events in it.</param>
/// <param name="Decisions">Decisions in it that were made again.</param>
/// <param name="Whole">Whether its last line was written to its end.</param>
/// <param name="Joins">Whether it goes on exactly where the file before it ended.</param>
internal sealed record ReplayedFile(string Name, DecisionLogHead Head, long Events, long Decisions, bool Whole, bool Joins);
