using System.Text.Json;
using Plimsoll.Calibration.Fitting;

namespace Plimsoll.Calibration.Profiles;

/// <summary>
/// A log of steps, one JSON object a line with the names of the profile's columns; <c>prefills</c> may list chunks of different sizes, each
/// with <c>tokens</c> and <c>history_tokens</c>.
/// </summary>
internal static class StepLogReader
{
    public const string Kind = "step log";

    public static void Read(string file, IReadOnlyList<string> lines, SourceReading reading)
    {
        int used = 0;
        int rows = 0;
        for (int i = 0; i < lines.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(lines[i]))
            {
                continue;
            }

            rows++;
            if (ReadLine(file, i + 1, lines[i], reading) is StepObservation step)
            {
                used++;
                reading.Add(step);
            }
        }

        reading.Add(new SourceSummary(file, Kind, rows, used, 0));
    }

    private static StepObservation? ReadLine(string file, int line, string text, SourceReading reading)
    {
        int before = reading.Problems.Count;
        try
        {
            using var document = JsonDocument.Parse(text);
            JsonElement step = document.RootElement;
            if (step.ValueKind != JsonValueKind.Object)
            {
                reading.Problem(file, line, "", "must be a JSON object");
                return null;
            }

            double Number(JsonElement of, string name, double least, double? otherwise)
            {
                if (!of.TryGetProperty(name, out JsonElement value))
                {
                    if (otherwise is null)
                    {
                        reading.Problem(file, line, name, "missing");
                    }

                    return otherwise ?? least;
                }

                if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && number >= least && number <= 1e9)
                {
                    return number;
                }

                reading.Problem(file, line, name, $"must be a number from {least} to 1,000,000,000, not '{value}'");
                return least;
            }

            StepObservation plain = StepObservation.OfStep(
                Number(step, "prefill_tokens", 0, 0),
                Number(step, "prefill_sequences", 0, step.TryGetProperty("prefill_tokens", out JsonElement some) && some.ValueKind == JsonValueKind.Number && some.GetDouble() > 0 ? 1 : 0),
                Number(step, "prefill_history_tokens", 0, 0),
                Number(step, "decode_sequences", 0, 0),
                Number(step, "decode_context_tokens", 0, 0),
                Number(step, "step_seconds", 1e-9, null)) with
            { File = file, Line = line };
            if (step.TryGetProperty("prefills", out JsonElement chunks) && chunks.ValueKind == JsonValueKind.Array)
            {
                (double tokens, double history, double pairs) = (0, 0, 0);
                foreach (JsonElement chunk in chunks.EnumerateArray())
                {
                    double own = Number(chunk, "tokens", 1, null);
                    double past = Number(chunk, "history_tokens", 0, 0);
                    (tokens, history, pairs) = (tokens + own, history + past, pairs + (own * ((2 * past) + own)));
                }

                plain = plain with
                {
                    PrefillTokens = tokens,
                    PrefillSequences = chunks.GetArrayLength(),
                    HistoryTokens = history,
                    HalfPairs = pairs,
                    PrefillShare = tokens > 0 ? 1 : 0,
                    MixedContextTokens = tokens > 0 ? plain.ContextTokens : 0,
                };
            }

            if (reading.Problems.Count == before && plain.PrefillTokens + plain.DecodeSequences == 0)
            {
                reading.Problem(file, line, "", "the step is empty: it has neither prefill tokens nor decodes");
            }

            return reading.Problems.Count == before ? plain : null;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            reading.Problem(file, line, "", "is not valid JSON");
            return null;
        }
    }
}
