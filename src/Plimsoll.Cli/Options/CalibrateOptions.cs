using System.CommandLine;

namespace Plimsoll.Cli.Options;

/// <summary>Options of <c>plimsoll calibrate</c>.</summary>
internal sealed class CalibrateOptions
{
    public Option<string[]> From { get; } = new("--from")
    {
        Description = "What was measured: files (plain or gzip, kind recognised by content) or folders of them.",
        HelpName = "FILES",
        AllowMultipleArgumentsPerToken = true,
    };

    public Option<string[]> Where { get; } = new("--where")
    {
        Description = "Only rows with this value in this column, of files that hold several configurations.",
        HelpName = "COLUMN=VALUE",
        AllowMultipleArgumentsPerToken = true,
    };

    public Option<string?> Form { get; } = Opt.Text("--form", "Form of the step time, instead of the one that predicts best.", "NAME");

    public Setting<double> Holdout { get; } = Opt.Real("--holdout", "Share kept out of the fit to judge it by (default 0.2).", 0, 0.9);

    public Setting<int> Folds { get; } = Opt.Count("--folds", "Parts of the cross-validation (default 5).", 2, 100);

    public Option<bool> KeepImpossible { get; } = Opt.Flag("--keep-impossible", "Use rows that are faster than the hardware, and files full of them.");

    public FleetOptions Fleet { get; } = new();

    public OutputOptions Output { get; } = new();

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[]
        {
            From, Where, Fleet.Model, Fleet.Gpu, Fleet.TensorParallel.Option, Fleet.WeightDtype, Fleet.KvDtype, Fleet.KvTokens,
            Fleet.Batching, Fleet.MaxSequences.Option, Fleet.TokenBudget.Option, Fleet.Chunk.Option, Fleet.BlockSize.Option, Fleet.Sync,
            Fleet.MemoryUtilization.Option, Fleet.Catalog, Form, Holdout.Option, Folds.Option, KeepImpossible, Output.Json, Output.Out,
        })
        {
            command.Options.Add(option);
        }
    }
}
