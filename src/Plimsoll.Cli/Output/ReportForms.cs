namespace Plimsoll.Cli.Output;

/// <summary>One report in its three forms, written wherever the user wants it.</summary>
/// <param name="Html">A self-contained page.</param>
/// <param name="Json">One JSON document.</param>
/// <param name="Text">Lines for a terminal.</param>
internal sealed record ReportForms(Action<TextWriter> Html, Action<Stream> Json, Action<TextWriter> Text)
{
    /// <summary>Writes page, document and tables into the folder, if there is one; and document or text on standard output.</summary>
    public void Write(string? folderPath, bool json, Action<OutputFolder>? tables = null)
    {
        if (folderPath is not null)
        {
            OutputFolder folder = OutputFolder.Open(folderPath);
            folder.WriteText("report.html", Html);
            folder.Write("report.json", Json);
            tables?.Invoke(folder);
            Terminal.Say($"wrote {folder.PathOf("report.html")}");
        }

        if (json)
        {
            using Stream standardOutput = Console.OpenStandardOutput();
            Json(standardOutput);
        }
        else
        {
            Text(Console.Out);
        }
    }
}
