using Plimsoll.Performance.Catalog;
using Plimsoll.Performance.Reading;

namespace Plimsoll.Performance.Models;

/// <summary>
/// Reads a Hugging Face <c>config.json</c>, so that any model of a known family can be used without a catalogue entry. Known values of
/// <c>model_type</c>: see <see cref="Families"/>; of a multimodal file the part <c>text_config</c> is read.
/// </summary>
public static class ModelConfigReader
{
    private static readonly Dictionary<string, Action<ConfigFields>> FamilyRules = new(StringComparer.Ordinal)
    {
        ["llama"] = ConfigFamilies.Llama,
        ["mistral"] = ConfigFamilies.WindowedEverywhere,
        ["phi3"] = ConfigFamilies.WindowedEverywhere,
        ["qwen2"] = ConfigFamilies.Qwen2,
        ["qwen3"] = ConfigFamilies.Qwen3,
        ["gemma2"] = ConfigFamilies.Gemma2,
        ["gemma3"] = ConfigFamilies.Gemma3,
        ["gemma3_text"] = ConfigFamilies.Gemma3,
        ["mixtral"] = ConfigFamilies.Mixtral,
        ["qwen3_moe"] = ConfigFamilies.Qwen3Experts,
        ["deepseek_v2"] = ConfigFamilies.DeepSeek,
        ["deepseek_v3"] = ConfigFamilies.DeepSeek,
        ["deepseek_v32"] = ConfigFamilies.DeepSeek,
        ["kimi_k2"] = ConfigFamilies.DeepSeek,
        ["glm4_moe"] = ConfigFamilies.Glm4Experts,
        ["gpt_oss"] = ConfigFamilies.GptOss,
    };

    /// <summary>Values of <c>model_type</c> that are understood.</summary>
    public static IReadOnlyList<string> Families { get; } = [.. FamilyRules.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The model a config.json describes, or all that is missing or wrong in it.</summary>
    /// <param name="config">JSON text; read to its end, not closed.</param>
    /// <param name="fileName">Name used in messages and as the model's id.</param>
    public static ReadResult<ModelSpec> Read(Stream config, string fileName)
    {
        List<InputProblem> problems = [];
        List<InputProblem> warnings = [];
        JsonEntry? file = JsonEntryReader.Read(config, fileName, problems);
        if (file is null)
        {
            return new(null, problems, warnings);
        }

        var top = new FieldReader(file, "", problems);
        FieldReader text = top.Object("text_config") ?? top;
        string type = top.Text("model_type");
        if (!FamilyRules.TryGetValue(type, out Action<ConfigFields>? rules))
        {
            if (type.Length > 0)
            {
                string known = string.Join(", ", Families);
                top.Report("model_type", $"'{type}' is not one of {known}; describe the model in a catalogue file instead");
            }

            return new(null, problems, warnings);
        }

        var fields = new ConfigFields(top, text, warnings);
        rules(fields);
        ModelSpec model = fields.ToModel(fileName);
        return new(problems.Count > 0 ? null : model, problems, warnings);
    }
}
