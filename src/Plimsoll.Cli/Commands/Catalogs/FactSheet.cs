using Plimsoll.Metrics.Reports;

namespace Plimsoll.Cli.Commands.Catalogs;

/// <summary>One thing of a catalogue, line by line; what is not known is left out.</summary>
internal sealed class FactSheet
{
    private readonly List<string[]> _rows = [];

    public void Add(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            _rows.Add([name, value]);
        }
    }

    public void AddBytes(string name, long bytes) => Add(name, $"{Units.Bytes(bytes)} ({Units.Count(bytes)} bytes)");

    /// <summary>A rate in units of a thousand million.</summary>
    public void AddRate(string name, double? perSecond, string unit) =>
        Add(name, perSecond is { } rate ? Units.Number(rate / 1e9) + " " + unit : null);

    /// <summary>Where the numbers come from and how far they may be trusted.</summary>
    public void AddProvenance(Performance.Catalog.Provenance provenance, IReadOnlyDictionary<string, string> sources, string list)
    {
        string doubt = !provenance.Verified ? "; not verified"
            : provenance.UnverifiedFields.Count > 0 ? $"; not verified: {string.Join(", ", provenance.UnverifiedFields)}" : "";
        IEnumerable<string> texts = provenance.Sources.Select(key => sources.GetValueOrDefault($"{list}:{key}", key));
        Add("  from", string.Join("; ", texts) + doubt);
    }

    public void Write(TextWriter output, string title)
    {
        output.Write(title + "\n\n");
        TextTable.Write(output, _rows, 2);
        output.Write('\n');
    }
}
