using System.Globalization;
using System.Text.Json;

namespace Plimsoll.Performance.Reading;

/// <summary>
/// Takes typed fields out of one JSON object and reports everything that is missing, of the wrong kind or out of range. A field that
/// fails is reported and read as its least value, so that reading goes on and all problems are found at once.
/// </summary>
internal sealed class FieldReader(JsonEntry entry, string path, List<InputProblem> problems)
{
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    public int Line => entry.Line;

    public string File => entry.File;

    public bool Has(string name) => Find(name) is not null;

    public string Text(string name)
    {
        string? text = OptionalText(name);
        if (text is null && !Has(name))
        {
            Report(name, "missing: a text is needed");
        }

        return text ?? "";
    }

    public string? OptionalText(string name)
    {
        JsonEntry? value = Find(name);
        if (value is null || value.Kind == JsonTokenType.String)
        {
            return value?.Text;
        }

        Report(name, "must be a text in quotes");
        return null;
    }

    public bool Flag(string name, bool otherwise = false)
    {
        JsonEntry? value = Find(name);
        if (value is null || value.Kind is JsonTokenType.True or JsonTokenType.False)
        {
            return value is null ? otherwise : value.Kind == JsonTokenType.True;
        }

        Report(name, "must be true or false");
        return otherwise;
    }

    public int Whole(string name, int least, int most) => (int)Whole(name, least, (long)most);

    public long Whole(string name, long least, long most) =>
        RequiredNumber(name, least, most, wholeOnly: true) is double value ? (long)value : least;

    public int? OptionalWhole(string name, int least, int most) => (int?)(long?)OptionalNumber(name, least, most, wholeOnly: true);

    public double Number(string name, double least, double most) => RequiredNumber(name, least, most, wholeOnly: false) ?? least;

    public double? OptionalNumber(string name, double least, double most) => OptionalNumber(name, least, most, wholeOnly: false);

    public IReadOnlyList<string> Texts(string name)
    {
        JsonEntry? value = Find(name);
        if (value is null)
        {
            return [];
        }

        if (value.Kind != JsonTokenType.StartArray || value.Items.Any(item => item.Kind != JsonTokenType.String))
        {
            Report(name, "must be a list of texts");
            return [];
        }

        return [.. value.Items.Select(item => item.Text)];
    }

    public FieldReader? Object(string name)
    {
        JsonEntry? value = Find(name);
        if (value is null || value.Kind == JsonTokenType.StartObject)
        {
            return value is null ? null : new FieldReader(value, PathOf(name), problems);
        }

        Report(name, "must be an object in braces");
        return null;
    }

    public FieldReader? RequiredObject(string name)
    {
        if (!Has(name))
        {
            Report(name, "missing: an object in braces is needed");
        }

        return Object(name);
    }

    public IReadOnlyList<JsonEntry> Items(string name)
    {
        JsonEntry? value = Find(name);
        if (value is null || value.Kind == JsonTokenType.StartArray)
        {
            return value is null ? [] : value.Items;
        }

        Report(name, "must be a list in brackets");
        return [];
    }

    /// <summary>The objects of a list, each with its own path.</summary>
    public IEnumerable<FieldReader> Objects(string name)
    {
        IReadOnlyList<JsonEntry> items = Items(name);
        for (int i = 0; i < items.Count; i++)
        {
            if (items[i].Kind == JsonTokenType.StartObject)
            {
                yield return new FieldReader(items[i], $"{PathOf(name)}[{i}]", problems);
            }
            else
            {
                problems.Add(new(items[i].File, items[i].Line, $"{PathOf(name)}[{i}]", "must be an object in braces"));
            }
        }
    }

    public void Report(string name, string message) => problems.Add(Problem(name, message));

    public InputProblem Problem(string name, string message) => new(entry.File, Find(name)?.Line ?? entry.Line, PathOf(name), message);

    /// <summary>Reports the fields that nobody asked for: most are misspelt.</summary>
    public void ReportUnknown()
    {
        foreach ((string name, JsonEntry value) in entry.Members)
        {
            if (!_asked.Contains(name))
            {
                string hint = NameSuggestions.Sentence(name, _asked.Order(StringComparer.Ordinal));
                problems.Add(new(value.File, value.Line, PathOf(name), $"not a known field{hint}"));
            }
        }
    }

    private JsonEntry? Find(string name)
    {
        _asked.Add(name);
        return entry.Find(name);
    }

    private string PathOf(string name) => (path.Length, name.Length) switch
    {
        (0, _) => name,
        (_, 0) => path,
        _ => $"{path}.{name}",
    };

    private double? RequiredNumber(string name, double least, double most, bool wholeOnly)
    {
        if (!Has(name))
        {
            Report(name, $"missing: {Expected(least, most, wholeOnly)} is needed");
        }

        return OptionalNumber(name, least, most, wholeOnly);
    }

    private double? OptionalNumber(string name, double least, double most, bool wholeOnly)
    {
        JsonEntry? value = Find(name);
        if (value is null)
        {
            return null;
        }

        bool isNumber = value.Kind == JsonTokenType.Number;
        if (isNumber
            && double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            && number >= least && number <= most && (!wholeOnly || Math.Floor(number) == number))
        {
            return number;
        }

        Report(name, $"must be {Expected(least, most, wholeOnly)}{(isNumber ? $", not {value.Text}" : "")}");
        return null;
    }

    private static string Expected(double least, double most, bool wholeOnly) =>
        string.Create(CultureInfo.InvariantCulture, $"a {(wholeOnly ? "whole number" : "number")} from {least:G17} to {most:G17}");
}
