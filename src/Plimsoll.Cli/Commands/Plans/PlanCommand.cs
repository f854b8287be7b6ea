using System.CommandLine;

namespace Plimsoll.Cli.Commands.Plans;

/// <summary><c>plimsoll plan</c>: how much of what this traffic needs.</summary>
internal static class PlanCommand
{
    private const string Help = """
        How much of what does this traffic need?

        Examples:
          plimsoll plan afd --prompt const:100 --output geometric:500 --batch 256 --attention 0.00165:50 --ffn 0.083:100 --comm 0.022:20
        """;

    public static Command Create() => new("plan", Help)
    {
        PlanAfdCommand.Create(),
    };
}
