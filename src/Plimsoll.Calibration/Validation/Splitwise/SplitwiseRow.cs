using Plimsoll.Calibration.Validation.Reading;
using Plimsoll.Performance;

namespace Plimsoll.Calibration.Validation.Splitwise;

/// <summary>One run of a static batch: all prompts in one step, then decode steps to the end.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Hardware">Name of the GPU.</param>
/// <param name="TensorParallel">GPUs.</param>
/// <param name="PromptTokens">Tokens of each prompt.</param>
/// <param name="Batch">Requests.</param>
/// <param name="OutputTokens">Nominal tokens of each output.</param>
/// <param name="PromptSeconds">The first step.</param>
/// <param name="TokenSeconds">A decode step, on average.</param>
internal readonly record struct SplitwiseRow(
    string Model, string Hardware, int TensorParallel, int PromptTokens, int Batch, int OutputTokens, double PromptSeconds, double TokenSeconds)
{
    private static readonly string[] Columns =
        ["model", "hardware", "prompt_size", "batch_size", "token_size", "prompt_time", "token_time", "tensor_parallel"];

    /// <summary>All rows of a file, times in milliseconds.</summary>
    public static List<SplitwiseRow> Read(MeasuredFile file, List<InputProblem> problems) =>
        [.. CsvTable.Read(file, Columns, problems)?.Rows.Select(From) ?? []];

    private static SplitwiseRow From(CsvTableRow row) => new(
        row.Text("model"),
        row.Text("hardware"),
        row.Whole("tensor_parallel", 1),
        row.Whole("prompt_size", 1),
        row.Whole("batch_size", 1),
        row.Whole("token_size", 1),
        row.Number("prompt_time", 0) / 1e3,
        row.Number("token_time", 0) / 1e3);
}
