using System.Globalization;
using Plimsoll.Performance.Reading;

namespace Plimsoll.Performance.Catalog;

/// <summary>
/// Reads the built-in catalogue and lays the user's own file over it. The user's file has the same form: an object with lists
/// <c>gpus</c> and <c>models</c>. An entry with a known id changes the fields that it gives; any other entry is new and must be complete.
/// </summary>
public static class CatalogReader
{
    private static readonly Lazy<PerformanceCatalog> TheBuiltIn = new(ReadBuiltIn);

    /// <summary>The catalogue that comes with the program; read once.</summary>
    public static PerformanceCatalog BuiltIn => TheBuiltIn.Value;

    /// <summary>The built-in catalogue with the user's file laid over it; warnings name suspicious hardware numbers.</summary>
    /// <param name="userFile">JSON text; read to its end, not closed.</param>
    /// <param name="fileName">Name used in messages.</param>
    public static ReadResult<PerformanceCatalog> WithUserFile(Stream userFile, string fileName)
    {
        List<InputProblem> problems = [];
        List<InputProblem> warnings = [];
        JsonEntry? user = JsonEntryReader.Read(userFile, fileName, problems);
        if (user is null)
        {
            return new(null, problems, warnings);
        }

        var top = new FieldReader(user, "", problems);
        List<GpuSpec> gpus = [];
        List<ModelSpec> models = [];
        foreach (MergedEntry entry in Merge(BuiltInEntries("gpus"), top, "gpus"))
        {
            GpuSpec gpu = GpuReader.Read(new FieldReader(entry.Json, entry.Path, problems));
            gpus.Add(gpu);
            if (entry.IsFromUser)
            {
                warnings.AddRange(HardwareChecks.Warnings(gpu, BuiltIn.FindGpu(gpu.Id))
                    .Select(doubt => new InputProblem(fileName, entry.Line, $"{entry.Path}.{doubt.Field}", doubt.Message)));
            }
        }

        foreach (MergedEntry entry in Merge(BuiltInEntries("models"), top, "models"))
        {
            models.Add(ModelReader.Read(new FieldReader(entry.Json, entry.Path, problems)));
        }

        top.ReportUnknown();
        return problems.Count > 0
            ? new(null, problems, warnings)
            : new(new PerformanceCatalog(BuiltIn.Date, BuiltIn.Sources, gpus, models), problems, warnings);
    }

    private static PerformanceCatalog ReadBuiltIn()
    {
        List<InputProblem> problems = [];
        JsonEntry gpuFile = BuiltInFile("gpus", problems);
        JsonEntry modelFile = BuiltInFile("models", problems);
        var gpuTop = new FieldReader(gpuFile, "", problems);
        var modelTop = new FieldReader(modelFile, "", problems);
        var sources = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string key, JsonEntry text) in gpuFile.Find("sources")!.Members)
        {
            sources["gpus:" + key] = text.Text;
        }

        foreach ((string key, JsonEntry text) in modelFile.Find("sources")!.Members)
        {
            sources["models:" + key] = text.Text;
        }

        var catalog = new PerformanceCatalog(
            DateOnly.ParseExact(gpuTop.Text("date"), "yyyy-MM-dd", CultureInfo.InvariantCulture),
            sources,
            [.. gpuTop.Objects("gpus").Select(GpuReader.Read)],
            [.. modelTop.Objects("models").Select(ModelReader.Read)]);
        Core.Invariant.Holds(problems.Count == 0, problems.Count == 0 ? "the built-in catalogue is sound" : problems[0].ToString());
        return catalog;
    }

    private static JsonEntry BuiltInFile(string name, List<InputProblem> problems)
    {
        using Stream? stream = typeof(CatalogReader).Assembly.GetManifestResourceStream($"{name}.json");
        JsonEntry? file = stream is null ? null : JsonEntryReader.Read(stream, $"{name}.json", problems);
        Core.Invariant.Holds(file is not null, $"{name}.json is embedded and is JSON");
        return file;
    }

    private static List<JsonEntry> BuiltInEntries(string list) => BuiltInFile(list, []).Find(list)!.Items;

    /// <summary>Built-in entries in their order, changed where the user's list has the same id, then the user's new ones.</summary>
    private static IEnumerable<MergedEntry> Merge(List<JsonEntry> builtIn, FieldReader user, string list)
    {
        var own = new Dictionary<string, (JsonEntry Json, string Path)>(StringComparer.OrdinalIgnoreCase);
        List<string> order = [];
        IReadOnlyList<JsonEntry> items = user.Items(list);
        for (int i = 0; i < items.Count; i++)
        {
            string id = items[i].Find("id")?.Text ?? $"{list}[{i}]";
            if (!own.TryAdd(id, (items[i], $"{list}[{i}]")))
            {
                user.Report(list, $"'{id}' is given twice");
                continue;
            }

            order.Add(id);
        }

        foreach (JsonEntry entry in builtIn)
        {
            string id = entry.Find("id")!.Text;
            yield return own.Remove(id, out (JsonEntry Json, string Path) change)
                ? new MergedEntry(UserChange.Apply(entry, change.Json), change.Path, change.Json.Line, true)
                : new MergedEntry(entry, id, 0, false);
        }

        foreach (string id in order.Where(own.ContainsKey))
        {
            yield return new MergedEntry(own[id].Json, own[id].Path, own[id].Json.Line, true);
        }
    }

    private readonly record struct MergedEntry(JsonEntry Json, string Path, int Line, bool IsFromUser);
}
