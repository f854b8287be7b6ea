using Plimsoll.Performance.Catalog;

namespace Plimsoll.Calibration.Validation;

/// <summary>Finds in the catalogue what data sets call by names of their own.</summary>
internal static class KnownNames
{
    private static readonly string[] Quantisations = ["-nvfp4", "-fp8", "-fp4", "-mxfp4", "-awq", "-hf"];

    private static readonly string[] Makers = ["nvidia ", "amd ", "instinct ", "geforce "];

    // Models with the shape of another: later releases of the same weights' form.
    private static readonly Dictionary<string, string> SameShape = new(StringComparer.Ordinal)
    {
        ["kimi-k2.5"] = "kimi-k2",
        ["deepseek-v3.1"] = "deepseek-v3",
        ["qwen2-7b"] = "qwen2.5-7b",
        ["qwen2-72b"] = "qwen2.5-72b",
        ["llama2-70b"] = "llama-2-70b",
        ["llama3.1-8b"] = "llama-3.1-8b",
        ["llama3.1-405b"] = "llama-3.1-405b",
        ["mixtral-8x7b"] = "mixtral-8x7b-v0.1",
    };

    /// <summary>The model, whatever its weights' format in the name; null when it is not in the catalogue.</summary>
    public static ModelSpec? Model(PerformanceCatalog catalog, string name)
    {
        string wanted = name[(name.LastIndexOf('/') + 1)..].Trim().ToLowerInvariant().Replace('_', '.');
        foreach (string suffix in Quantisations)
        {
            wanted = wanted.EndsWith(suffix, StringComparison.Ordinal) ? wanted[..^suffix.Length] : wanted;
        }

        return catalog.FindModel(name) ?? catalog.FindModel(wanted)
            ?? (SameShape.TryGetValue(wanted, out string? shape) ? catalog.FindModel(shape) : null);
    }

    /// <summary>The GPU; null when it is not in the catalogue.</summary>
    public static GpuSpec? Gpu(PerformanceCatalog catalog, string name)
    {
        string wanted = name.Trim().ToLowerInvariant().Replace('_', '-');
        foreach (string maker in Makers)
        {
            wanted = wanted.Replace(maker, "", StringComparison.Ordinal);
        }

        wanted = wanted.Replace(" gpu", "", StringComparison.Ordinal).Trim();
        // Words after the first say how much memory; of AMD's names, so does what follows a dash.
        string first = wanted.Split(' ')[0];
        first = first.StartsWith("mi", StringComparison.Ordinal) ? first.Split('-')[0] : first;
        return catalog.FindGpu(name) ?? catalog.FindGpu(wanted) ?? catalog.FindGpu(first);
    }
}
