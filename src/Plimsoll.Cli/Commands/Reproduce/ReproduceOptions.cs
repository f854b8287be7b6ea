using System.CommandLine;
using Plimsoll.Cli.Options;

namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>Options of <c>plimsoll reproduce</c>.</summary>
internal sealed class ReproduceOptions
{
    public Argument<string[]> Names { get; } = Arg.Several("NAME", "Experiments to run (default: all); --list names them.");

    public Option<bool> List { get; } = Opt.Flag("--list", "List the experiments and run none.");

    public Setting<int> Seeds { get; } = Opt.Count(
        "--seeds", "How often, each time with dice of its own (default: as the scenario says).", 1, 100_000);

    public Setting<int> Jobs { get; } = Opt.Count(
        "--jobs", "Jobs of the small instances of mc-sf-hindsight (default: as the scenario says).", 1, 64);

    public Option<string?> Scenarios { get; } = Opt.Text(
        "--scenarios", "Folder with scenarios NAME.json instead of those built in.", "DIR");

    public Option<string?> Data { get; } = Opt.Text(
        "--data", "Folder with recorded lengths (default ../shared/data, if it is there).", "DIR");

    public Setting<int> Threads { get; } = Opt.Count("--threads", "Runs at a time (default: as many as there are processors).", 1, 4096);

    public OutputOptions Output { get; } = new();

    public void AddTo(Command command)
    {
        command.Arguments.Add(Names);
        foreach (Option option in new Option[] { List, Seeds.Option, Jobs.Option, Scenarios, Data, Threads.Option })
        {
            command.Options.Add(option);
        }

        Output.AddTo(command);
    }
}
