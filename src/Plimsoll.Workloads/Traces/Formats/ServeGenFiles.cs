using System.Text;
using System.Text.Json;
using Plimsoll.Workloads.Arrivals;
using Plimsoll.Workloads.Lengths;
using Plimsoll.Workloads.Traces.Text;

namespace Plimsoll.Workloads.Traces.Formats;

/// <summary>Reads the two files of a ServeGen client.</summary>
internal static class ServeGenFiles
{
    private const double UsualWindowSeconds = 600;
    private const double MostSeconds = 1e9;
    private const double MostRate = 1e9;
    private const int MaxDatasetBytes = 1 << 28;

    /// <summary>The windows of a trace file in order of time, each ending where the next begins.</summary>
    public static ServeGenWindow[] Windows(LineScanner lines, string file, TraceProblems problems)
    {
        List<ServeGenWindow> windows = [];
        CsvSplitter splitter = new();
        LineResult result;
        while ((result = lines.Next(out ReadOnlySpan<byte> line)) is not LineResult.End)
        {
            (string field, string reason) = ("", "the line is too long");
            if (result is LineResult.Line && !line.IsEmpty && TryWindow(splitter.Split(line), windows, out field, out reason))
            {
                continue;
            }

            if (result is LineResult.TooLong || !line.IsEmpty)
            {
                problems.AddRow(new TraceProblem(file, lines.LineNumber, field, reason));
            }
        }

        if (lines.Damage is not null || windows.Count == 0)
        {
            problems.AddFile(new TraceProblem(file, 0, "", lines.Damage ?? "there are no windows in the file"));
        }

        return WithEnds(windows);
    }

    /// <summary>The slots of a dataset file that have lengths, in order of time.</summary>
    public static ServeGenSlot[] Slots(LineScanner lines, string file, TraceProblems problems)
    {
        ReadOnlySpan<byte> json = lines.Peek(MaxDatasetBytes);
        if (!lines.Window.AtEnd || lines.Damage is not null)
        {
            problems.AddFile(new TraceProblem(file, 0, "", lines.Damage ?? $"the file is longer than {MaxDatasetBytes} bytes"));
            return [];
        }

        List<ServeGenSlot> slots = [];
        try
        {
            ReadSlots(json, slots, file, problems);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            long line = (failure as JsonException)?.LineNumber + 1 ?? 0;
            problems.AddFile(new TraceProblem(file, line, "", "this is not valid JSON"));
            return [];
        }

        if (slots.Count == 0)
        {
            problems.AddFile(new TraceProblem(file, 0, "", "there are no lengths in the file"));
        }

        slots.Sort((a, b) => a.StartSeconds.CompareTo(b.StartSeconds));
        return [.. slots];
    }

    private static bool TryWindow(CsvRow row, List<ServeGenWindow> windows, out string field, out string reason)
    {
        double after = windows.Count == 0 ? -1 : windows[^1].StartSeconds;
        reason = "is not a number in range";
        field = "window start";
        if (!Numbers.Real(row[0], out double start) || start <= after || start is < 0 or > MostSeconds)
        {
            reason = "is not a time in seconds after the one before";
            return false;
        }

        field = "requests per second";
        if (!Numbers.Real(row[1], out double rate) || rate is < 0 or > MostRate)
        {
            return false;
        }

        if (rate == 0)
        {
            windows.Add(new ServeGenWindow(start, start, 0, 0, default));
            return true;
        }

        field = "coefficient of variation";
        bool good = Numbers.Real(row[2], out double variation) && variation >= 0;
        if (!good || !TryGaps(row, out RenewalGaps gaps, out field, out reason))
        {
            return false;
        }

        windows.Add(new ServeGenWindow(start, start, rate, variation, gaps));
        return true;
    }

    private static bool TryGaps(CsvRow row, out RenewalGaps gaps, out string field, out string reason)
    {
        ReadOnlySpan<byte> family = row[3];
        gaps = RenewalGaps.Gamma(1);
        (field, reason) = ("family", "is neither Gamma nor Weibull");
        if (family.IsEmpty)
        {
            return true;
        }

        bool gamma = family.SequenceEqual("Gamma"u8);
        if (!gamma && !family.SequenceEqual("Weibull"u8))
        {
            return false;
        }

        (field, reason) = ("shape", gamma ? "is not between 0.001 and 1000000" : "is not between 0.02 and 1000000");
        if (!Numbers.Real(row[4], out double shape) || shape < (gamma ? 0.001 : 0.02) || shape > 1e6)
        {
            return false;
        }

        gaps = gamma ? RenewalGaps.Gamma(shape) : RenewalGaps.Weibull(shape);
        return true;
    }

    private static ServeGenWindow[] WithEnds(List<ServeGenWindow> windows)
    {
        ServeGenWindow[] ended = [.. windows];
        for (int i = 0; i < ended.Length; i++)
        {
            double usual = i > 0 ? ended[i].StartSeconds - ended[i - 1].StartSeconds : UsualWindowSeconds;
            double end = i + 1 < ended.Length ? ended[i + 1].StartSeconds : ended[i].StartSeconds + usual;
            ended[i] = ended[i] with { EndSeconds = end };
        }

        return ended;
    }

    private static void ReadSlots(ReadOnlySpan<byte> json, List<ServeGenSlot> slots, string file, TraceProblems problems)
    {
        Utf8JsonReader reader = new(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool timed = Numbers.Real(reader.ValueSpan, out double start) && start is >= 0 and <= MostSeconds;
            string key = reader.GetString() ?? "";
            reader.Read();
            (string? reason, ServeGenSlot? slot) = ReadSlot(ref reader, start);
            if (!timed || reason is not null)
            {
                problems.AddRow(new TraceProblem(file, 0, key, reason ?? "is not a time in seconds"));
            }
            else if (slot is not null)
            {
                slots.Add(slot);
            }
        }
    }

    private static (string? Reason, ServeGenSlot? Slot) ReadSlot(ref Utf8JsonReader reader, double start)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return ("is not an object", null);
        }

        LengthTable? prompt = null;
        LengthTable? output = null;
        bool good = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isPrompt = reader.ValueTextEquals("input_tokens"u8);
            bool isOutput = reader.ValueTextEquals("output_tokens"u8);
            reader.Read();
            if (isPrompt || isOutput)
            {
                good &= TryTable(ref reader, out LengthTable? table);
                (prompt, output) = isPrompt ? (table, output) : (prompt, table);
            }

            reader.Skip();
        }

        return good ? (null, prompt is null || output is null ? null : new ServeGenSlot(start, prompt, output))
            : ("its lengths are not written as {length: probability, …}", null);
    }

    // The value is a string with a dictionary in Python's notation, whose keys have no quotes; {} stands for no data.
    private static bool TryTable(ref Utf8JsonReader reader, out LengthTable? table)
    {
        table = null;
        if (reader.TokenType != JsonTokenType.String)
        {
            return false;
        }

        ReadOnlySpan<byte> text = reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(reader.GetString() ?? "") : reader.ValueSpan;
        if (text is not [(byte)'{', .., (byte)'}'])
        {
            return false;
        }

        List<(int Length, double Probability)> entries = [];
        double sum = 0;
        ReadOnlySpan<byte> inside = text[1..^1];
        foreach (Range range in inside.Split((byte)','))
        {
            ReadOnlySpan<byte> entry = inside[range].Trim((byte)' ');
            int colon = entry.IndexOf((byte)':');
            if (entry.IsEmpty)
            {
                continue;
            }

            if (colon < 0 || Numbers.Tokens(entry[..colon], 0, out int length) is not null
                || !Numbers.Real(entry[(colon + 1)..].Trim((byte)' '), out double probability)
                || probability is < 0 or > LengthDistribution.MaxTokens)
            {
                return false;
            }

            entries.Add((length, probability));
            sum += probability;
        }

        table = sum > 0 ? new LengthTable(entries) : null;
        return true;
    }
}
