using System.CommandLine;
using Plimsoll.Cli.Options;

namespace Plimsoll.Cli.Commands.Validate;

/// <summary>Options of <c>plimsoll validate</c>.</summary>
internal sealed class ValidateOptions
{
    public Argument<string[]> Names { get; } = Arg.Several("NAME", "Data sets to predict (default: all that are there); --list names them.");

    public Option<bool> List { get; } = Opt.Flag("--list", "List the data sets and predict none.");

    public Option<string?> Data { get; } = Opt.Text(
        "--data", "Folder with one folder of measurements for each data set (default ../shared/data/measured).", "DIR");

    public Option<string?> Catalog { get; } = Opt.Text("--catalog", "Your own GPUs and models, laid over the built-in catalogue.", "FILE");

    public Option<string?> Page { get; } = Opt.Text("--write", "Write the accuracy page of the documentation, in Markdown, into this file.", "FILE");

    public OutputOptions Output { get; } = new();

    public void AddTo(Command command)
    {
        command.Arguments.Add(Names);
        foreach (Option option in new Option[] { List, Data, Catalog, Page, Output.Json, Output.Out })
        {
            command.Options.Add(option);
        }
    }
}
