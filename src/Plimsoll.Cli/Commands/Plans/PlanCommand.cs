using System.CommandLine;

namespace Plimsoll.Cli.Commands.Plans;

/// <summary><c>plimsoll plan</c>: what a fleet must be for its traffic, from formulas that simulation can confirm.</summary>
internal static class PlanCommand
{
    private const string Help = """
        Plan a fleet from formulas, and confirm them by simulation.

        Examples:
          plimsoll plan loadline --prompt uniform:10:1600 --output uniform:10:1600 --kv-tokens 131000 --step-time const:0.0372 --chunk 512
          plimsoll plan afd --prompt const:100 --output geometric:500 --batch 256 --attention 0.00165:50 --ffn 0.083:100 --comm 0.022:20
        """;

    public static Command Create() => new("plan", Help)
    {
        PlanLoadLineCommand.Create(),
        PlanAfdCommand.Create(),
    };
}
