using System.CommandLine;
using System.Globalization;
using System.IO.Compression;
using Plimsoll.Calibration.Fitting;
using Plimsoll.Calibration.Profiles;
using Plimsoll.Cli.Options;
using Plimsoll.Cli.Setup;
using Plimsoll.Metrics.Reports;
using Plimsoll.Performance;
using Plimsoll.Performance.Catalog;
using Plimsoll.Performance.Models;

namespace Plimsoll.Cli.Commands.Calibrate;

/// <summary>What is to be calibrated, from which files, and how.</summary>
internal sealed record CalibrateInput(
    CalibrationTarget Target,
    ReplayedEngine Engine,
    IReadOnlyList<SourceFile> Files,
    FitOptions Fit,
    long TokenBudget,
    IReadOnlyList<ReportEntry> Configuration)
{
    private static readonly string[] Endings = [".csv", ".csv.gz", ".jsonl", ".jsonl.gz", ".prom"];

    /// <summary>Reads the options; null when something is wrong with them.</summary>
    public static CalibrateInput? From(CalibrateOptions options, ParseResult parsed, InputProblems problems)
    {
        List<SourceFile> files = FilesOf(parsed.GetValue(options.From) ?? [], problems);
        List<KeyValuePair<string, string>> where = WhereOf(parsed.GetValue(options.Where) ?? [], problems);
        string? form = parsed.GetValue(options.Form);
        if (form is not null && StepForms.Find(form) is null)
        {
            IEnumerable<string> names = StepForms.All.Select(each => each.Name);
            problems.Add("--form", $"no form is called '{form}'{NameSuggestions.Sentence(form, names)}; there are {string.Join(", ", names)}");
        }

        var fit = new FitOptions
        {
            Form = form,
            HoldoutShare = options.Holdout.Read(parsed, problems) ?? 0.2,
            Folds = options.Folds.Read(parsed, problems) ?? 5,
        };
        long budget = options.Fleet.TokenBudget.Read(parsed, problems) ?? SourceReader.UsualTokenBudget;
        (CalibrationTarget? target, Hardware? hardware) = TargetOf(options, parsed, where, problems);
        bool named = target is { Model: not null } or { Gpu: not null };
        ReplayedEngine? engine = ReplayedEngine.From(options.Fleet, parsed, target?.KvTokens, named ? hardware : null, problems);
        return target is null || engine is null || problems.Any
            ? null
            : new CalibrateInput(target, engine, files, fit, budget, Describe(target, files, fit, budget));
    }

    private static (CalibrationTarget? Target, Hardware? Hardware) TargetOf(
        CalibrateOptions options, ParseResult parsed, List<KeyValuePair<string, string>> where, InputProblems problems)
    {
        FleetOptions fleet = options.Fleet;
        string? modelName = parsed.GetValue(fleet.Model);
        string? gpuName = parsed.GetValue(fleet.Gpu);
        int split = fleet.TensorParallel.Read(parsed, problems) ?? 1;
        long? kvTokens = KvTokensOf(parsed.GetValue(fleet.KvTokens), problems);
        Hardware? hardware = Hardware.From(fleet, parsed, gpuName, modelName, split, problems);
        if (hardware is null)
        {
            return (null, null);
        }

        if (modelName is not null && hardware.Model.Architecture.AttentionHeads % split != 0)
        {
            problems.Add("--tp", $"{hardware.Model.Architecture.AttentionHeads} attention heads cannot be split over {split} GPUs");
        }

        var target = new CalibrationTarget
        {
            Model = modelName is null ? null : hardware.Model,
            Gpu = gpuName is null ? null : hardware.Gpu,
            Catalog = CatalogReader.BuiltIn,
            TensorParallel = split,
            Weights = modelName is null ? WeightFormat.Bf16 : hardware.Weights,
            Kv = hardware.Kv,
            KvTokens = kvTokens,
            Where = where,
            KeepImpossible = parsed.GetValue(options.KeepImpossible),
        };
        return (target, hardware);
    }

    private static long? KvTokensOf(string? text, InputProblems problems)
    {
        if (text is null or "unlimited")
        {
            return null;
        }

        if (long.TryParse(text.Replace("_", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture, out long tokens) && tokens > 0)
        {
            return tokens;
        }

        problems.Add("--kv-tokens", $"'{text}' is neither a number of tokens from 1 nor 'unlimited'");
        return null;
    }

    private static List<KeyValuePair<string, string>> WhereOf(string[] texts, InputProblems problems)
    {
        List<KeyValuePair<string, string>> where = [];
        foreach (string text in texts)
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
            {
                problems.Add("--where", $"'{text}' is not a column and its value, as in hardware=h100-80gb");
            }
            else
            {
                where.Add(new(text[..equals], text[(equals + 1)..]));
            }
        }

        return where;
    }

    private static List<SourceFile> FilesOf(string[] names, InputProblems problems)
    {
        if (names.Length == 0)
        {
            problems.Add("--from", "say what was measured: files, or folders of them");
        }

        List<SourceFile> files = [];
        foreach (string name in names)
        {
            if (Directory.Exists(name))
            {
                string[] inside =
                [
                    .. Directory.EnumerateFiles(name, "*", SearchOption.AllDirectories)
                        .Where(file => Array.Exists(Endings, ending => file.EndsWith(ending, StringComparison.OrdinalIgnoreCase)))
                        .Order(StringComparer.Ordinal),
                ];
                if (inside.Length == 0)
                {
                    problems.Add("--from", $"the folder '{name}' holds no file that ends in {string.Join(", ", Endings)}");
                }

                files.AddRange(inside.Select(file => new SourceFile(file, () => Unpacked(file))));
            }
            else if (File.Exists(name))
            {
                files.Add(new SourceFile(name, () => Unpacked(name)));
            }
            else
            {
                problems.Add("--from", $"there is no file or folder '{name}'");
            }
        }

        return files;
    }

    private static Stream Unpacked(string path)
    {
        FileStream file = File.OpenRead(path);
        bool packed = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        return packed ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    private static List<ReportEntry> Describe(CalibrationTarget target, List<SourceFile> files, FitOptions fit, long budget)
    {
        CultureInfo plain = CultureInfo.InvariantCulture;
        List<ReportEntry> entries = [.. files.Select((file, i) => new ReportEntry($"from_{i + 1}", Path.GetFileName(file.Name)))];
        entries.Add(new("model", target.Model?.Id ?? "not named"));
        entries.Add(new("gpu", target.Gpu?.Id ?? "not named"));
        entries.Add(new("tensor_parallel", target.TensorParallel.ToString(plain)));
        if (target.Model is not null)
        {
            entries.Add(new("weight_dtype", WeightFormats.NameOf(target.Weights)));
            entries.Add(new("kv_dtype", target.Kv.ToString()));
        }

        entries.AddRange(target.Where.Select(each => new ReportEntry("where_" + each.Key, each.Value)));
        entries.Add(new("holdout", fit.HoldoutShare.ToString(plain)));
        entries.Add(new("folds", fit.Folds.ToString(plain)));
        entries.Add(new("token_budget", budget.ToString(plain)));
        return entries;
    }
}
