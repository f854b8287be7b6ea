using System.CommandLine;

namespace Plimsoll.Cli.Commands.Plans;

/// <summary><c>plimsoll plan</c>: what a fleet must be for its traffic, from formulas that simulation can confirm.</summary>
internal static class PlanCommand
{
    private const string Help = """
        Plan a fleet from formulas, and confirm them by simulation.

        Examples:
          plimsoll plan loadline --prompt uniform:10:1600 --output uniform:10:1600 --kv-tokens 131000 --step-time const:0.0372 --chunk 512
        """;

    public static Command Create() => new("plan", Help)
    {
        PlanLoadLineCommand.Create(),
    };
}
