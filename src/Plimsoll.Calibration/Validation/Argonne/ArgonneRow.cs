using Plimsoll.Calibration.Validation.Reading;
using Plimsoll.Performance;

namespace Plimsoll.Calibration.Validation.Argonne;

/// <summary>One static batch, prompts and outputs of the same length.</summary>
/// <param name="Hardware">Name of the GPU.</param>
/// <param name="Gpus">How many.</param>
/// <param name="Framework">Name of the engine.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="PromptTokens">Tokens of each prompt.</param>
/// <param name="OutputTokens">Tokens of each output.</param>
/// <param name="Batch">Requests.</param>
/// <param name="Seconds">From the first request to the end of the last.</param>
internal readonly record struct ArgonneRow(
    string Hardware, int Gpus, string Framework, string Model, int PromptTokens, int OutputTokens, int Batch, double Seconds)
{
    private static readonly string[] Columns =
        ["Hardware", "Num of Hardware", "Framework", "Model", "Input Output Length", "Batch Size", "Latency"];

    /// <summary>All rows of the file of whole runs.</summary>
    public static List<ArgonneRow> Read(MeasuredFile file, List<InputProblem> problems) =>
        [.. CsvTable.Read(file, Columns, problems)?.Rows.Select(From) ?? []];

    private static ArgonneRow From(CsvTableRow row)
    {
        int length = row.Whole("Input Output Length", 1);
        return new ArgonneRow(
            row.Text("Hardware"),
            row.Whole("Num of Hardware", 1),
            row.Text("Framework"),
            row.Text("Model"),
            length,
            length,
            row.Whole("Batch Size", 1),
            row.Number("Latency", 0));
    }
}
