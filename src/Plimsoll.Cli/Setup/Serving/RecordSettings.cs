namespace Plimsoll.Cli.Setup.Serving;

/// <summary>Where the gateway's record goes and how large it may become.</summary>
internal sealed record RecordSettings
{
    public string Folder { get; init; } = "";

    /// <summary>Most bytes of all files together, but for those being written.</summary>
    public long MostBytes { get; init; } = 1L << 30;

    /// <summary>Bytes after which the next file is begun.</summary>
    public long FileBytes { get; init; } = 64L << 20;

    /// <summary>Reads the mapping; null if nothing is recorded.</summary>
    public static RecordSettings? From(YamlMap map)
    {
        var given = new RecordSettings();
        string? folder = map.Text("directory");
        int? most = map.Count("most-megabytes", 1, 1 << 20);
        int? file = map.Count("file-megabytes", 1, 1 << 10);
        map.End();
        if (folder is null && map.Keys().Count > 0)
        {
            map.Refuse("directory", "a record needs one");
        }

        return folder is null ? null : new RecordSettings
        {
            Folder = folder,
            MostBytes = most is { } total ? (long)total << 20 : given.MostBytes,
            FileBytes = file is { } part ? (long)part << 20 : given.FileBytes,
        };
    }
}
