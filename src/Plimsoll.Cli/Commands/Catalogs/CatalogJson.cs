using System.Globalization;
using System.Text.Json;
using Plimsoll.Metrics.Reports;
using Plimsoll.Performance.Catalog;

namespace Plimsoll.Cli.Commands.Catalogs;

/// <summary>What the JSON documents of the catalogues have in common.</summary>
internal static class CatalogJson
{
    public static string DayOf(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Writes a number, or null when it is not known.</summary>
    public static void WriteNumber(Utf8JsonWriter writer, string name, double? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    public static void WriteProvenance(Utf8JsonWriter writer, Provenance provenance)
    {
        writer.WriteBoolean("verified", provenance.Verified);
        JsonReport.WriteStrings(writer, "unverified_fields", provenance.UnverifiedFields);
        JsonReport.WriteStrings(writer, "sources", provenance.Sources);
    }

    /// <summary>Writes the date of the catalogue and what each key of one of its lists of sources stands for.</summary>
    public static void WriteSources(Utf8JsonWriter writer, PerformanceCatalog catalog, string list)
    {
        string prefix = list + ":";
        writer.WriteString("date", DayOf(catalog.Date));
        writer.WriteStartObject("sources");
        foreach ((string key, string text) in catalog.Sources.Where(source => source.Key.StartsWith(prefix, StringComparison.Ordinal)))
        {
            writer.WriteString(key[prefix.Length..], text);
        }

        writer.WriteEndObject();
    }
}
