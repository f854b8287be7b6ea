using System.Globalization;
using System.Text.Json;
using Plimsoll.Cli.Setup;
using Plimsoll.Metrics.Reports;
using Plimsoll.Performance;
using Plimsoll.Performance.Catalog;
using Plimsoll.Performance.Sizing;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies;
using Plimsoll.Policies.Balancing;
using Plimsoll.Policies.Batching;
using Plimsoll.Policies.Prediction;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>
/// Takes typed fields out of one JSON object and reports everything that is missing or wrong, with file and field. What is wrong is read as
/// something harmless, so that reading goes on and all problems are found at once.
/// </summary>
internal sealed class ScenarioFields
{
    private static readonly JsonDocumentOptions Lenient = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        AllowDuplicateProperties = false,
    };

    private readonly JsonElement _object;
    private readonly string _file;
    private readonly string _path;
    private readonly InputProblems _problems;
    private readonly List<string> _asked = [];
    private readonly List<ScenarioFields> _inside = [];

    private ScenarioFields(JsonElement element, string file, string path, InputProblems problems) =>
        (_object, _file, _path, _problems) = (element, file, path, problems);

    /// <summary>The fields as they stand in the file.</summary>
    public IReadOnlyList<ReportEntry> Entries =>
        [.. _object.EnumerateObject().Select(each => new ReportEntry(each.Name, Plain(each.Value)))];

    /// <summary>The top object of a file; null, with the reason reported, when there is none.</summary>
    public static ScenarioFields? Read(Stream stream, string file, InputProblems problems)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(stream, Lenient);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return new ScenarioFields(document.RootElement.Clone(), file, "", problems);
            }

            problems.Add(new InputProblem(file, 1, "", "the file must hold one JSON object"));
        }
        catch (JsonException broken)
        {
            int line = (int)(broken.LineNumber ?? 0) + 1;
            problems.Add(new InputProblem(file, line, "", "this is not valid JSON, or a field is given twice"));
        }

        return null;
    }

    /// <summary>Whether the field is there.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>A whole number within bounds.</summary>
    public int Whole(string name, int least, int most) => (int)Number(name, least, most, wholeOnly: true);

    /// <summary>A number within bounds.</summary>
    public double Number(string name, double least, double most) => Number(name, least, most, wholeOnly: false);

    /// <summary>A list of at least one number within bounds.</summary>
    public IReadOnlyList<decimal> Numbers(string name, decimal least, decimal most) => List(name, (item, field) =>
    {
        if (item.ValueKind == JsonValueKind.Number && item.TryGetDecimal(out decimal value) && value >= least && value <= most)
        {
            return value;
        }

        Report(field, string.Create(CultureInfo.InvariantCulture, $"must be a number from {least} to {most}"));
        return least;
    });

    /// <summary>A text.</summary>
    public string Text(string name)
    {
        if (Find(name) is { ValueKind: JsonValueKind.String } text)
        {
            return text.GetString()!;
        }

        Report(name, Has(name) ? "must be a text in quotes" : "missing: a text is needed");
        return "";
    }

    /// <summary>A distribution of lengths.</summary>
    public LengthDistribution Lengths(string name)
    {
        string text = Text(name);
        if (text.Length > 0)
        {
            if (LengthParser.TryParse(text, File.OpenRead, out LengthDistribution? distribution, out string problem))
            {
                return distribution;
            }

            Report(name, problem);
        }

        return new ConstantLength(1);
    }

    /// <summary>Prompts and outputs drawn together.</summary>
    public ILengthPairs Pairs(string name)
    {
        string text = Text(name);
        if (text.Length > 0)
        {
            if (LengthPairsParser.TryParse(text, out ILengthPairs? pairs, out string problem))
            {
                return pairs;
            }

            Report(name, problem);
        }

        return new BivariateNormalLengths();
    }

    /// <summary>At least one batching policy, none twice.</summary>
    public IReadOnlyList<PolicyChoice<IBatchingPolicy>> Policies(string name) => Choices(name, PolicyCatalog.Batching);

    /// <summary>At least one balancing policy, none twice.</summary>
    public IReadOnlyList<PolicyChoice<IBalancingPolicy>> BalancingPolicies(string name) => Choices(name, PolicyCatalog.Balancing);

    /// <summary>At least one way to predict lengths.</summary>
    public IReadOnlyList<PredictionSpec> Predictions(string name) => List(name, (item, field) =>
    {
        PredictionSpec? choice = PredictionSpec.Parse(TextOf(item, field), out IReadOnlyList<string> found);
        Report(field, found);
        return choice ?? PredictionSpec.None;
    });

    /// <summary>One way to predict lengths.</summary>
    public PredictionSpec Prediction(string name)
    {
        PredictionSpec? choice = PredictionSpec.Parse(Text(name), out IReadOnlyList<string> found);
        Report(name, found);
        return choice ?? PredictionSpec.None;
    }

    /// <summary>A step time, as the command line writes it.</summary>
    public IStepTimeModel StepTime(string name)
    {
        ReadResult<IStepTimeModel> read = StepTimeSpec.Parse(Text(name), File.OpenRead);
        Report(name, [.. read.Problems.Select(problem => problem.ToString())]);
        return read.Value ?? new ConstantStepTime(1);
    }

    /// <summary>A <c>model</c> of the catalogue on a <c>gpu</c> of it; null if there is none such.</summary>
    public Hardware? Hardware(int tensorParallel)
    {
        PerformanceCatalog catalog = CatalogReader.BuiltIn;
        (string modelName, string gpuName) = (Text("model"), Text("gpu"));
        ModelSpec? model = catalog.FindModel(modelName);
        GpuSpec? gpu = catalog.FindGpu(gpuName);
        if (model is null)
        {
            Report("model", catalog.UnknownModel(modelName));
        }

        if (gpu is null)
        {
            Report("gpu", catalog.UnknownGpu(gpuName));
        }

        return model is null || gpu is null ? null : new Hardware
        {
            Gpu = gpu,
            Model = model,
            Weights = model.NativeWeights,
            Kv = KvFormat.SixteenBit,
            TensorParallel = tensorParallel,
            MemoryUtilization = 0.9,
            Assumed = false,
        };
    }

    /// <summary>An object.</summary>
    public ScenarioFields Group(string name)
    {
        JsonElement? value = Find(name);
        if (value is not { ValueKind: JsonValueKind.Object })
        {
            Report(name, value is null ? "missing: an object in braces is needed" : "must be an object in braces");
            value = Empty();
        }

        return Inside(value.Value, PathOf(name));
    }

    /// <summary>A list of at least one object.</summary>
    public IReadOnlyList<ScenarioFields> Groups(string name) => List(name, (item, field) =>
    {
        if (item.ValueKind == JsonValueKind.Object)
        {
            return Inside(item, PathOf(field));
        }

        Report(field, "must be an object in braces");
        return Inside(Empty(), PathOf(field));
    });

    /// <summary>Reports something wrong with a field.</summary>
    public void Report(string name, string message) => _problems.Add(new InputProblem(_file, 0, PathOf(name), message));

    /// <summary>Refuses policies that need what is not predicted.</summary>
    public void RequirePredicted(string name, IEnumerable<PolicyChoice<IBatchingPolicy>> policies, PredictionSpec prediction)
    {
        foreach (PolicyChoice<IBatchingPolicy> policy in policies)
        {
            Options.Predictions.Require(policy.Entry, $"{_file}: {PathOf(name)}", prediction, _problems);
        }
    }

    /// <summary>Reports the fields that nobody asked for, here and inside: most are misspelt.</summary>
    public void ReportUnknown()
    {
        foreach (JsonProperty field in _object.EnumerateObject().Where(field => !_asked.Contains(field.Name)))
        {
            Report(field.Name, $"not a known field{NameSuggestions.Sentence(field.Name, _asked.Order(StringComparer.Ordinal))}");
        }

        foreach (ScenarioFields inside in _inside)
        {
            inside.ReportUnknown();
        }
    }

    private List<PolicyChoice<T>> Choices<T>(string name, PolicyFamily<T> family)
        where T : class
    {
        List<PolicyChoice<T>> choices = [];
        foreach ((string text, string field) in List(name, (item, field) => (TextOf(item, field), field)))
        {
            PolicyChoice<T>? choice = family.Parse(text, out IReadOnlyList<string> found);
            Report(field, found);
            if (choice is not null && choices.Exists(other => other.ToString() == choice.ToString()))
            {
                Report(field, $"'{text}' is given twice");
            }
            else if (choice is not null)
            {
                choices.Add(choice);
            }
        }

        return choices;
    }

    private static JsonElement Empty() => JsonElement.Parse("{}");

    private static string Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Array when value.EnumerateArray().All(item => item.ValueKind is JsonValueKind.String or JsonValueKind.Number) =>
            string.Join(", ", value.EnumerateArray().Select(Plain)),
        JsonValueKind.Object or JsonValueKind.Array => JsonSerializer.Serialize(value),
        _ => value.GetRawText(),
    };

    private JsonElement? Find(string name)
    {
        _asked.Add(name);
        return _object.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    private double Number(string name, double least, double most, bool wholeOnly)
    {
        JsonElement? found = Find(name);
        if (found is { ValueKind: JsonValueKind.Number } number
            && number.TryGetDouble(out double value)
            && value >= least && value <= most && (!wholeOnly || double.IsInteger(value)))
        {
            return value;
        }

        string expected = string.Create(
            CultureInfo.InvariantCulture, $"a {(wholeOnly ? "whole number" : "number")} from {least:0.#########} to {most:0.#########}");
        Report(name, found is null ? $"missing: {expected} is needed" : $"must be {expected}, not {found.Value.GetRawText()}");
        return least;
    }

    private List<T> List<T>(string name, Func<JsonElement, string, T> read)
    {
        if (Find(name) is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0)
        {
            return [.. list.EnumerateArray().Select((item, i) => read(item, $"{name}[{i}]"))];
        }

        Report(name, $"{(Has(name) ? "must be" : "missing:")} a list in brackets with at least one entry{(Has(name) ? "" : " is needed")}");
        return [];
    }

    private string TextOf(JsonElement item, string field)
    {
        if (item.ValueKind == JsonValueKind.String)
        {
            return item.GetString()!;
        }

        Report(field, "must be a text in quotes");
        return "";
    }

    private void Report(string field, IReadOnlyList<string> problems)
    {
        foreach (string problem in problems)
        {
            Report(field, problem);
        }
    }

    private ScenarioFields Inside(JsonElement element, string path)
    {
        ScenarioFields inside = new(element, _file, path, _problems);
        _inside.Add(inside);
        return inside;
    }

    private string PathOf(string name) => _path.Length == 0 ? name : $"{_path}.{name}";
}
