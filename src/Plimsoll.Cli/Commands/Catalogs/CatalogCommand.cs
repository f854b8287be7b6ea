using System.CommandLine;

namespace Plimsoll.Cli.Commands.Catalogs;

/// <summary><c>plimsoll catalog</c>: what Plimsoll knows.</summary>
internal static class CatalogCommand
{
    private const string Help = """
        What Plimsoll knows: policies, models, GPUs, and where the numbers come from.

        Examples:
          plimsoll catalog policies routing
          plimsoll catalog models llama-3.1-8b
          plimsoll catalog gpus --json
        """;

    public static Command Create() => new("catalog", Help)
    {
        CatalogPoliciesCommand.Create(),
        CatalogModelsCommand.Create(),
        CatalogGpusCommand.Create(),
    };
}
