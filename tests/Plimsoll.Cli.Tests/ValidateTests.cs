using System.Text.Json;

namespace Plimsoll.Cli.Tests;

/// <summary><c>plimsoll validate</c> from the outside: what is refused, and one small data set made here.</summary>
public sealed class ValidateTests : IDisposable
{
    private readonly Scratch _scratch = new();

    private const string Header = "model,hardware,prompt_size,batch_size,token_size,prompt_time,token_time,tensor_parallel\n";
    private const string Row = "llama2-70b,h100-80gb,512,1,128,100,30,8\n";

    [Fact]
    public void An_unknown_data_set_is_refused_with_the_list()
    {
        CliResult result = Cli.Run("validate", "splitwyse", "--data", Folder(Header + Row));

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("there is no data set 'splitwyse'; did you mean splitwise?", result.Error, StringComparison.Ordinal);
        Assert.Contains("mlperf", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_folder_is_refused() =>
        Assert.Contains("--data: there is no folder", Refused("validate", "--data", "/nowhere/at/all").Error, StringComparison.Ordinal);

    [Fact]
    public void A_folder_without_any_data_set_is_refused() =>
        Assert.Contains("holds none of", Refused("validate", "--data", _scratch.Folder).Error, StringComparison.Ordinal);

    [Fact]
    public void Broken_files_are_named_by_line_and_field_and_nothing_is_written()
    {
        string report = _scratch["report"];

        CliResult result = Refused("validate", "--data", Folder(Header + Row.Replace("512", "many", StringComparison.Ordinal)), "--out", report);

        Assert.Contains("splitwise/perf.csv:2: prompt_size: must be a whole number", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(report));
    }

    [Fact]
    public void A_row_has_what_was_predicted_what_was_measured_and_the_error()
    {
        CliResult result = Cli.Run("validate", "splitwise", "--data", Folder(Header + Row), "--json");

        Assert.Equal(0, result.ExitCode);
        using var document = JsonDocument.Parse(result.Output);
        JsonElement row = document.RootElement.GetProperty("rows")[1];
        double predicted = row.GetProperty("predicted").GetDouble();
        Assert.Equal("splitwise/h100-sxm-80gb/llama-2-70b/tp8", row.GetProperty("dataset").GetString());
        Assert.Equal("tpot_seconds", row.GetProperty("metric").GetString());
        Assert.Equal(0.03, row.GetProperty("measured").GetDouble(), 12);
        Assert.Equal((predicted / 0.03) - 1, row.GetProperty("error").GetDouble(), 12);
        Assert.True(document.RootElement.GetProperty("mean").GetProperty("absolute_error").GetDouble() > 0);
        Assert.NotEqual(JsonValueKind.Null, document.RootElement.GetProperty("worst").ValueKind);
    }

    private static CliResult Refused(params string[] arguments)
    {
        CliResult result = Cli.Run(arguments);
        Assert.Equal(2, result.ExitCode);
        return result;
    }

    public void Dispose() => _scratch.Dispose();

    private string Folder(string table)
    {
        Directory.CreateDirectory(_scratch["splitwise"]);
        _scratch.Write("splitwise/perf.csv", table);
        return _scratch.Folder;
    }
}
