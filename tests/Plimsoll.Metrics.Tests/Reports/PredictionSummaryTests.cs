using System.Text.Json;
using Plimsoll.Core;
using Plimsoll.Metrics.Reports;

namespace Plimsoll.Metrics.Tests.Reports;

public sealed class PredictionSummaryTests
{
    [Fact]
    public void The_json_holds_every_number()
    {
        PredictionQuality quality = new(classThresholdTokens: 10);
        quality.Record(new LengthPrediction(8, 5, 15), 10);
        quality.Record(new LengthPrediction(10, 1, 21), 40);

        Assert.Equal(
            "{\"requests\":2,\"points\":2,\"intervals\":2,\"coverage\":0.5,\"mean_width_tokens\":15,\"mean_relative_width\":0.75,"
            + "\"mean_absolute_error_tokens\":16,\"mean_relative_error\":0.475,\"class_accuracy\":0.5}",
            Json(PredictionSummary.Of(quality)));
    }

    [Fact]
    public void What_was_not_believed_is_null_in_the_json()
    {
        PredictionQuality quality = new();
        quality.Record(LengthPrediction.None, 10);

        Assert.Equal(
            "{\"requests\":1,\"points\":0,\"intervals\":0,\"coverage\":null,\"mean_width_tokens\":null,\"mean_relative_width\":null,"
            + "\"mean_absolute_error_tokens\":null,\"mean_relative_error\":null,\"class_accuracy\":null}",
            Json(PredictionSummary.Of(quality)));
    }

    [Theory]
    [InlineData(
        8, 5, 15, 10, "off by 2 tokens (20 % of the length) on average; 100 % within their interval, 10 tokens wide; 100 % in their class")]
    [InlineData(8, 0, 0, 10, "off by 2 tokens (20 % of the length) on average; 100 % in their class")]
    [InlineData(0, 5, 15, 0, "100 % within their interval, 10 tokens wide")]
    [InlineData(0, 0, 0, 10, "nothing was believed of 1 requests")]
    public void The_text_says_what_there_was_to_judge(int point, int lower, int upper, int threshold, string fact)
    {
        PredictionQuality quality = new(threshold);
        quality.Record(new LengthPrediction(point, lower, upper), 10);
        using StringWriter output = new();
        TextReport.Write(SmallRun.Report() with { Prediction = PredictionSummary.Of(quality) }, output);

        Assert.Contains($"\n  prediction  {fact}\n", output.ToString(), StringComparison.Ordinal);
    }

    private static string Json(PredictionSummary summary)
    {
        using MemoryStream stream = new();
        JsonReport.Write(SmallRun.Report() with { Prediction = summary }, stream);
        using JsonDocument document = JsonDocument.Parse(stream.ToArray());
        return JsonSerializer.Serialize(document.RootElement.GetProperty("prediction"));
    }
}
