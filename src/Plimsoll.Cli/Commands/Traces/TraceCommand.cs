using System.CommandLine;

namespace Plimsoll.Cli.Commands.Traces;

/// <summary><c>plimsoll trace</c>: look at traces, convert, cut and make them.</summary>
internal static class TraceCommand
{
    private const string Help = """
        Look at traces, convert, cut and make them.

        Examples:
          plimsoll trace info conversation.csv
          plimsoll trace convert mooncake.jsonl.gz mooncake.csv
          plimsoll trace slice conversation.csv rush-hour.csv --from 10m --until 20m
          plimsoll trace generate chat.csv --prompt lognormal:600:1000 --output lognormal:150:250 --arrivals poisson:5 --requests 10000
          plimsoll trace formats
        """;

    public static Command Create() => new("trace", Help)
    {
        TraceInfoCommand.Create(),
        TraceConvertCommand.Create(),
        TraceSliceCommand.Create(),
        TraceGenerateCommand.Create(),
        TraceFormatsCommand.Create(),
    };
}
