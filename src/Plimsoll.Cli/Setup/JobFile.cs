using Plimsoll.Core;
using Plimsoll.Workloads.Traces;

namespace Plimsoll.Cli.Setup;

/// <summary>A list of jobs to schedule, read whole.</summary>
/// <param name="Name">What to call it.</param>
/// <param name="Jobs">In order of arrival, ids from 0.</param>
internal sealed record JobFile(string Name, IReadOnlyList<InferenceRequest> Jobs)
{
    private const int MostJobs = 1_000_000;

    /// <summary>Reads a file of jobs, or any trace whose times are whole seconds; null when something is wrong with it.</summary>
    public static JobFile? Read(string path, InputProblems problems)
    {
        if (path != "-" && !File.Exists(path))
        {
            problems.Add("--jobs", $"there is no file '{path}'");
            return null;
        }

        string name = path == "-" ? "standard input" : path;
        var found = new TraceProblems();
        using Stream stream = path == "-" ? Console.OpenStandardInput() : File.OpenRead(path);
        ITraceSource? source = TraceReader.Open(name, stream, new TraceOptions(), found);
        List<InferenceRequest> jobs = [];
        if (source is not null)
        {
            var buffer = new InferenceRequest[1024];
            for (int read = source.Read(buffer); read > 0 && jobs.Count <= MostJobs; read = source.Read(buffer))
            {
                jobs.AddRange(buffer.AsSpan(0, read));
            }
        }

        if (found.Total > 0)
        {
            problems.Add(found);
            return null;
        }

        int before = problems.Sentences.Count;
        if (jobs.Count > MostJobs)
        {
            problems.Add("--jobs", $"{name} holds more than {MostJobs:#,0} jobs; simulate takes longer traces");
        }

        if (jobs.Exists(job => job.Arrival.Nanoseconds % 1_000_000_000 != 0))
        {
            problems.Add("--jobs", $"{name}: arrivals are not whole rounds (seconds); simulate takes any times");
        }

        foreach (string twice in jobs.GroupBy(job => job.Details?.ExternalId).Where(group => group.Key is not null && group.Count() > 1).Select(group => group.Key!).Take(20))
        {
            problems.Add("--jobs", $"{name}: job '{twice}' is there more than once");
        }

        return problems.Sentences.Count > before ? null : new JobFile(Path.GetFileName(name), jobs);
    }
}
