using System.Text.Json;
using Plimsoll.Performance;

namespace Plimsoll.Calibration.Validation.Reading;

/// <summary>Fields of one JSON object, or problems that name file, line and field.</summary>
/// <param name="entry">The object.</param>
/// <param name="file">What to call the file.</param>
/// <param name="line">Its line, from 1.</param>
/// <param name="problems">Collects what is wrong.</param>
public sealed class JsonFields(JsonElement entry, string file, int line, List<InputProblem> problems)
{
    /// <summary>The object on one line of JSON; null, and a problem, when there is none.</summary>
    public static JsonFields? Parse(string text, string file, int line, List<InputProblem> problems)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return new JsonFields(document.RootElement.Clone(), file, line, problems);
            }

            problems.Add(new InputProblem(file, line, "", "must hold one JSON object"));
        }
        catch (JsonException broken)
        {
            int at = line + (int)(broken.LineNumber ?? 0);
            problems.Add(new InputProblem(file, at, "", "this is not valid JSON (at this place or just before it)"));
        }

        return null;
    }

    /// <summary>The objects of a file of JSON lines; blank lines are skipped.</summary>
    public static List<JsonFields> Lines(MeasuredFile file, List<InputProblem> problems)
    {
        using Stream stream = file.Open();
        using var reader = new StreamReader(stream);
        List<JsonFields> all = [];
        for (int line = 1; reader.ReadLine() is { } text; line++)
        {
            if (text.Length > 0 && Parse(text, file.Path, line, problems) is { } fields)
            {
                all.Add(fields);
            }
        }

        return all;
    }

    /// <summary>The only object of a file.</summary>
    public static JsonFields? Whole(MeasuredFile file, List<InputProblem> problems)
    {
        using Stream stream = file.Open();
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd(), file.Path, 1, problems);
    }

    /// <summary>A text, empty when it is missing.</summary>
    public string Text(string name) => entry.TryGetProperty(name, out JsonElement value) ? value.ToString() : "";

    /// <summary>A finite number from <paramref name="least"/>, or not-a-number and a problem.</summary>
    public double Number(string name, double least)
    {
        if (entry.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.GetDouble() >= least)
        {
            return value.GetDouble();
        }

        string given = value.ValueKind == JsonValueKind.Undefined ? "it is missing" : $"not '{value}'";
        problems.Add(new InputProblem(file, line, name, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"must be a number from {least}: {given}")));
        return double.NaN;
    }

    /// <summary>A number; null where it is missing or none.</summary>
    public double? OptionalNumber(string name) =>
        entry.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    /// <summary>A whole number from <paramref name="least"/>, or that and a problem.</summary>
    public int Whole(string name, int least)
    {
        double value = Number(name, least);
        if (value == Math.Floor(value) && value <= int.MaxValue)
        {
            return (int)value;
        }

        if (!double.IsNaN(value))
        {
            problems.Add(new InputProblem(file, line, name, "must be a whole number"));
        }

        return least;
    }

    /// <summary>A whole number from <paramref name="least"/>; null where there is none, a problem where it is something else.</summary>
    public int? OptionalWhole(string name, int least) =>
        entry.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? Whole(name, least) : null;

    /// <summary>Something wrong with a field.</summary>
    public void Report(string name, string message) => problems.Add(new InputProblem(file, line, name, message));

    /// <summary>Whether it is true.</summary>
    public bool Flag(string name) => entry.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.True;

    /// <summary>An object in it; null, and a problem, when there is none.</summary>
    public JsonFields? Object(string name)
    {
        if (entry.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Object)
        {
            return new JsonFields(value, file, line, problems);
        }

        problems.Add(new InputProblem(file, line, name, "must be an object"));
        return null;
    }
}
