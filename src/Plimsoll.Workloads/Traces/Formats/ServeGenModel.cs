using System.Globalization;
using Plimsoll.Workloads.Traces.Text;

namespace Plimsoll.Workloads.Traces.Formats;

/// <summary>
/// A ServeGen workload model: for each client N a <c>chunk-N-trace.csv</c> (window start in seconds, requests per second, coefficient of
/// variation, family of gaps, shape, scale) and a <c>chunk-N-dataset.json</c> (lengths with probabilities), plain or gzip.
/// </summary>
public sealed class ServeGenModel
{
    private ServeGenModel(string name, List<ServeGenClient> clients, List<string> remarks) =>
        (Name, Clients, Remarks) = (name, clients, remarks);

    /// <summary>The format's entry in the catalogue.</summary>
    public static TraceFormat Format { get; } = new(
        "servegen", "folder of chunk-N-trace.csv and chunk-N-dataset.json: rates and lengths per client, from which requests are drawn");

    /// <summary>The folder's display name.</summary>
    public string Name { get; }

    /// <summary>Clients that can be drawn from.</summary>
    public int ClientCount => Clients.Count;

    /// <summary>What was left out of the folder, one sentence each.</summary>
    public IReadOnlyList<string> Remarks { get; }

    internal List<ServeGenClient> Clients { get; }

    /// <summary>Reads every client of a folder. Null when there is none, which is then among the problems.</summary>
    public static ServeGenModel? Read(IFolder folder, TraceProblems problems)
    {
        List<ServeGenClient> clients = [];
        List<string> remarks = [];
        SortedDictionary<int, (string? Trace, string? Dataset)> files = Pair(folder);
        foreach ((int number, (string? trace, string? dataset)) in files)
        {
            if (trace is null || dataset is null)
            {
                remarks.Add($"client {number} is left out: its {(trace is null ? "rates" : "lengths")} are not in the folder");
                continue;
            }

            ServeGenWindow[] windows = Load(folder, trace, problems, ServeGenFiles.Windows);
            ServeGenSlot[] slots = Load(folder, dataset, problems, ServeGenFiles.Slots);
            if (windows.Length > 0 && slots.Length > 0)
            {
                clients.Add(new ServeGenClient(number, windows, slots));
            }
        }

        if (clients.Count == 0)
        {
            const string Reason = "this is not a ServeGen folder: it has no usable chunk-N-trace.csv with a chunk-N-dataset.json";
            problems.AddFile(new TraceProblem(folder.DisplayName, 0, "", Reason));
            return null;
        }

        return new ServeGenModel(folder.DisplayName, clients, remarks);
    }

    private static SortedDictionary<int, (string? Trace, string? Dataset)> Pair(IFolder folder)
    {
        SortedDictionary<int, (string? Trace, string? Dataset)> files = [];
        foreach (string file in folder.FileNames.Order(StringComparer.Ordinal))
        {
            string name = file.EndsWith(".gz", StringComparison.Ordinal) ? file[..^3] : file;
            bool trace = name.EndsWith("-trace.csv", StringComparison.Ordinal);
            int end = name.LastIndexOf('-');
            if (!name.StartsWith("chunk-", StringComparison.Ordinal) || end < 6
                || (!trace && !name.EndsWith("-dataset.json", StringComparison.Ordinal))
                || !int.TryParse(name.AsSpan(6, end - 6), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                continue;
            }

            (string? Trace, string? Dataset) pair = files.GetValueOrDefault(number);
            files[number] = trace ? (file, pair.Dataset) : (pair.Trace, file);
        }

        return files;
    }

    private static T[] Load<T>(IFolder folder, string file, TraceProblems problems, Func<LineScanner, string, TraceProblems, T[]> read)
    {
        using Stream stream = folder.Open(file);
        return read(new LineScanner(GzipSniffer.Unwrap(stream)), folder.DisplayName + "/" + file, problems);
    }
}
