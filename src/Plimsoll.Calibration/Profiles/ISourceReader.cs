namespace Plimsoll.Calibration.Profiles;

/// <summary>Reads one kind of table.</summary>
internal interface ISourceReader
{
    /// <summary>What the table is, in a few words.</summary>
    string Kind { get; }

    /// <summary>Whether a table is of this kind, by its columns.</summary>
    bool Recognises(CsvTable table);

    /// <summary>Reads it; problems, rejected rows and a summary go into the reading.</summary>
    void Read(CsvTable table, CalibrationTarget target, SourceReading reading);
}
