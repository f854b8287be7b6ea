namespace Plimsoll.Calibration.Profiles;

/// <summary>A reader of tables that have certain columns.</summary>
internal sealed class ColumnReader(string kind, string[] columns, Action<CsvTable, CalibrationTarget, SourceReading> read) : ISourceReader
{
    public string Kind => kind;

    public bool Recognises(CsvTable table) => table.Has(columns);

    public void Read(CsvTable table, CalibrationTarget target, SourceReading reading) => read(table, target, reading);
}
