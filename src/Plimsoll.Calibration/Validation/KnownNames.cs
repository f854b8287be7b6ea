using System.Globalization;
using System.Text;
using Plimsoll.Performance.Catalog;

namespace Plimsoll.Calibration.Validation;

/// <summary>
/// Finds in the catalogue what data sets call by names of their own. Only letters and digits count, makers do not, and words that say
/// nothing of the shape (formats of weights, tuning, forms of a board) are dropped from the end until a name fits. A memory that is named
/// must agree.
/// </summary>
internal static class KnownNames
{
    private const double MemorySlack = 0.2;

    private static readonly string[] Makers =
    [
        "nvidia", "amd", "intel", "habana", "google", "huawei", "instinct", "geforce", "tesla", "gpu", "dgx", "hgx",
    ];

    private static readonly string[] MakersOfModels = ["nvidia", "meta"];

    private static readonly string[] BoardWords = ["sxm", "hbm", "gddr", "nps", "oam", "spx", "cts"];

    private static readonly string[] TuningWords =
    [
        "instruct", "chat", "base", "it", "pt", "hf", "thinking", "preview", "terminus", "exp", "fp8", "fp4", "nvfp4", "mxfp4", "bf16",
        "fp16", "int8", "int4", "awq", "gptq", "w4a16", "w8a8", "quantized", "quant", "dynamic", "dyn", "pre", "block", "kv",
        "trtllm", "vllm", "sglang", "turbo", "tput",
    ];

    // Models with the shape of another: other releases of the same form. The distilled ones say in their names what they were made from.
    private static readonly Dictionary<string, string> SameShape = new(StringComparer.Ordinal)
    {
        ["kimik25"] = "kimi-k2",
        ["deepseekv31"] = "deepseek-v3",
        ["qwen27b"] = "qwen2.5-7b",
        ["qwen272b"] = "qwen2.5-72b",
        ["deepseekr1distillllama8b"] = "llama-3.1-8b",
        ["deepseekr1distillllama70b"] = "llama-3.3-70b",
        ["deepseekr1distillqwen7b"] = "qwen2.5-7b",
        ["deepseekr1distillqwen14b"] = "qwen2.5-14b",
        ["deepseekr1distillqwen32b"] = "qwen2.5-32b",
    };

    /// <summary>The model, whatever its weights' format in the name; null when it is not in the catalogue.</summary>
    public static ModelSpec? Model(PerformanceCatalog catalog, string name)
    {
        if (catalog.FindModel(name) is { } exact)
        {
            return exact;
        }

        List<string> words = Words(name[(name.LastIndexOf('/') + 1)..], keepUnderscores: true);
        while (words.Count > 0)
        {
            string wanted = string.Concat(MakersOfModels.Contains(words[0]) ? words.Skip(1) : words);
            ModelSpec? found = catalog.Models.FirstOrDefault(model =>
                model.Aliases.Append(model.Id).Append(AfterSlash(model.HuggingFaceId)).Any(known => Plain(known) == wanted));
            found ??= SameShape.TryGetValue(wanted, out string? shape) ? catalog.FindModel(shape) : null;
            if (found is not null || !SaysNothing(words[^1]))
            {
                return found;
            }

            words.RemoveAt(words.Count - 1);
        }

        return null;

        static bool SaysNothing(string word) => TuningWords.Contains(word) || (word.Length == 4 && word.All(char.IsAsciiDigit));
    }

    /// <summary>The GPU; null when it is not in the catalogue.</summary>
    public static GpuSpec? Gpu(PerformanceCatalog catalog, string name)
    {
        if (catalog.FindGpu(name) is { } exact)
        {
            return exact;
        }

        List<string> words = WordsOfGpu(name);
        double? gigabytes = words.Select(GigabytesOf).FirstOrDefault(value => value is not null);
        while (words.Count > 0)
        {
            string wanted = string.Concat(words);
            GpuSpec? found = catalog.Gpus.FirstOrDefault(gpu =>
                gpu.Aliases.Append(gpu.Id).Append(gpu.Name).Any(known => string.Concat(WordsOfGpu(known)) == wanted));
            if (found is not null || !SaysNothing(words[^1]))
            {
                return found is null || gigabytes is null || Agrees(found, gigabytes.Value) ? found : null;
            }

            words.RemoveAt(words.Count - 1);
        }

        return null;

        static bool SaysNothing(string word) =>
            GigabytesOf(word) is not null || IsWatts(word) || BoardWords.Any(known => word.StartsWith(known, StringComparison.Ordinal));
    }

    private static List<string> WordsOfGpu(string name) => [.. Words(name, keepUnderscores: false).Where(word => !Makers.Contains(word))];

    private static bool Agrees(GpuSpec gpu, double gigabytes) => Math.Abs((gpu.Memory.UsableBytes / (gigabytes * 1e9)) - 1) < MemorySlack;

    private static double? GigabytesOf(string word)
    {
        string digits = word.EndsWith("gb", StringComparison.Ordinal) ? word[..^2] : word.EndsWith('g') ? word[..^1] : "";
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value > 0 ? value : null;
    }

    private static bool IsWatts(string word) => word.Length > 1 && word[^1] == 'w' && word[..^1].All(char.IsAsciiDigit);

    private static string AfterSlash(string name) => name[(name.LastIndexOf('/') + 1)..];

    private static string Plain(string name)
    {
        List<string> words = Words(name, keepUnderscores: true);
        return string.Concat(words.Count > 0 && MakersOfModels.Contains(words[0]) ? words.Skip(1) : words);
    }

    // In names of models an underscore often stands for the point of a release, and says nothing of where words end.
    private static List<string> Words(string name, bool keepUnderscores)
    {
        List<string> words = [];
        var word = new StringBuilder();
        foreach (char c in name.Trim().ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                word.Append(c);
            }
            else if (c is not '.' && (c is not '_' || !keepUnderscores || IsWord(word)))
            {
                Flush();
            }
        }

        Flush();
        return words;

        void Flush()
        {
            if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }

        static bool IsWord(StringBuilder word) => TuningWords.Contains(word.ToString());
    }
}
