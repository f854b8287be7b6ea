using System.CommandLine;
using System.CommandLine.Parsing;
using Plimsoll.Cli;
using Plimsoll.Cli.Commands;
using Plimsoll.Cli.Commands.Bench;
using Plimsoll.Cli.Commands.Calibrate;
using Plimsoll.Cli.Commands.Catalogs;
using Plimsoll.Cli.Commands.Plans;
using Plimsoll.Cli.Commands.Reproduce;
using Plimsoll.Cli.Commands.Serve;
using Plimsoll.Cli.Commands.Traces;
using Plimsoll.Cli.Commands.Validate;
using Plimsoll.Cli.Output;
using Plimsoll.Policies.Balancing;
using Plimsoll.Policies.Batching.SortedF;
using Plimsoll.Serving.Replica;

var root = new RootCommand("Plimsoll finds the load line of a fleet of LLM inference engines, and keeps the fleet under it.")
{
    DemoCommand.Create(),
    SimulateCommand.Create(),
    CompareCommand.Create(),
    ScheduleCommand.Create(),
    PlanCommand.Create(),
    ServeCommand.Create(),
    ReplayCommand.Create(),
    EmulateCommand.Create(),
    BenchCommand.Create(),
    CalibrateCommand.Create(),
    ReproduceCommand.Create(),
    ValidateCommand.Create(),
    TraceCommand.Create(),
    CatalogCommand.Create(),
};
ParseResult parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    // Of a command that is not one, the parser also says that there is none.
    bool unknown = parsed.UnmatchedTokens.Count > 0;
    foreach (ParseError error in parsed.Errors.Where(error => !unknown || !error.Message.StartsWith("Required command", StringComparison.Ordinal)))
    {
        Terminal.Say("error: " + error.Message);
    }

    string path = "";
    for (CommandResult at = parsed.CommandResult; at.Parent is CommandResult above; at = above)
    {
        path = at.Command.Name + " " + path;
    }

    Terminal.Say($"see plimsoll {path}--help");
    return ExitCode.BadInput;
}

try
{
    // The server ends in order by itself, and may take longer for it than the parser would wait.
    return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (AggregateException several) when (several.GetBaseException() is InfeasibleException infeasible)
{
    Terminal.Say("no feasible answer: " + infeasible.Message);
    return ExitCode.Infeasible;
}
catch (InfeasibleException infeasible)
{
    Terminal.Say("no feasible answer: " + infeasible.Message);
    return ExitCode.Infeasible;
}
catch (Exception unanswerable) when (unanswerable.GetBaseException() is NoProgressException or RelaxationRefusedException or PlacementRefusedException)
{
    Terminal.Say("no feasible answer: " + unanswerable.GetBaseException().Message);
    return ExitCode.Infeasible;
}
catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
{
    Terminal.Say("error: " + failure.Message);
    return ExitCode.Failure;
}
catch (Exception bug)
{
    Terminal.Say($"this is a bug in Plimsoll: {bug.Message}\n{bug.StackTrace}");
    return ExitCode.Failure;
}
