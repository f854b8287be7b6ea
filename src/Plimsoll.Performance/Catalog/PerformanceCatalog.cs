namespace Plimsoll.Performance.Catalog;

/// <summary>All known accelerators and models, found by id, alias, full name or hub name; letter case is ignored.</summary>
public sealed class PerformanceCatalog
{
    private readonly Dictionary<string, GpuSpec> _gpus;
    private readonly Dictionary<string, ModelSpec> _models;

    internal PerformanceCatalog(
        DateOnly date, IReadOnlyDictionary<string, string> sources, IReadOnlyList<GpuSpec> gpus, IReadOnlyList<ModelSpec> models)
    {
        Date = date;
        Sources = sources;
        Gpus = gpus;
        Models = models;
        _gpus = Index(gpus, gpu => [gpu.Id, .. gpu.Aliases, gpu.Name]);
        _models = Index(models, model => [model.Id, .. model.Aliases, model.HuggingFaceId]);
    }

    /// <summary>Day up to which the built-in numbers were gathered.</summary>
    public DateOnly Date { get; }

    /// <summary>What each source key stands for.</summary>
    public IReadOnlyDictionary<string, string> Sources { get; }

    /// <summary>Accelerators in file order, the user's additions last.</summary>
    public IReadOnlyList<GpuSpec> Gpus { get; }

    /// <summary>Models in file order, the user's additions last.</summary>
    public IReadOnlyList<ModelSpec> Models { get; }

    /// <summary>The accelerator of that id, alias or full name; null when there is none.</summary>
    public GpuSpec? FindGpu(string name) => _gpus.GetValueOrDefault(name.Trim());

    /// <summary>The model of that id, alias or hub name, with or without its organisation; null when there is none.</summary>
    public ModelSpec? FindModel(string name)
    {
        string wanted = name.Trim();
        return _models.GetValueOrDefault(wanted) ?? _models.GetValueOrDefault(wanted[(wanted.LastIndexOf('/') + 1)..]);
    }

    /// <summary>Why no accelerator of that name was found, with the nearest names.</summary>
    public string UnknownGpu(string name) =>
        $"no GPU is called '{name}'{NameSuggestions.Sentence(name, Gpus.SelectMany(gpu => gpu.Aliases.Prepend(gpu.Id)))}";

    /// <summary>Why no model of that name was found, with the nearest names.</summary>
    public string UnknownModel(string name)
    {
        string withoutOrganisation = name[(name.LastIndexOf('/') + 1)..];
        return $"no model is called '{name}'"
            + NameSuggestions.Sentence(withoutOrganisation, Models.SelectMany(model => model.Aliases.Prepend(model.Id)));
    }

    /// <summary>First come, first named: an alias never hides an entry that was there before.</summary>
    private static Dictionary<string, T> Index<T>(IReadOnlyList<T> entries, Func<T, string[]> namesOf)
    {
        var index = new Dictionary<string, T>(StringComparer.OrdinalIgnoreCase);
        foreach (T entry in entries)
        {
            foreach (string name in namesOf(entry).Where(name => name.Length > 0))
            {
                index.TryAdd(name, entry);
            }
        }

        return index;
    }
}
