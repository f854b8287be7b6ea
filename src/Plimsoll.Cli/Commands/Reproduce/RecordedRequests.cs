using Plimsoll.Core;
using Plimsoll.Workloads;
using Plimsoll.Workloads.Traces;

namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>The requests of a trace, with arrivals and prefixes.</summary>
/// <param name="Name">The file, as the scenario names it.</param>
/// <param name="Requests">All of them, in order of arrival; none if there is no such file.</param>
internal sealed record RecordedRequests(string Name, IReadOnlyList<InferenceRequest> Requests)
{
    /// <summary>Reads the trace that a field names, by its path in the data folder.</summary>
    public static RecordedRequests Read(ScenarioFields fields, string field, ExperimentInputs inputs)
    {
        string name = fields.Text(field);
        string path = Path.Combine([inputs.DataFolder, .. name.Split('/')]);
        if (name.Length == 0 || !File.Exists(path))
        {
            return new RecordedRequests(name, []);
        }

        var found = new TraceProblems();
        using Stream stream = File.OpenRead(path);
        ITraceSource? source = TraceReader.Open(path, stream, new TraceOptions { SpreadBuckets = fields.Has("spread_buckets") }, found);
        List<InferenceRequest> requests = [];
        var buffer = new InferenceRequest[1024];
        for (int read = source?.Read(buffer) ?? 0; read > 0; read = source!.Read(buffer))
        {
            requests.AddRange(buffer.AsSpan(0, read));
        }

        foreach (TraceProblem problem in found.Kept)
        {
            fields.Report(field, problem.ToString());
        }

        return new RecordedRequests(name, requests);
    }

    /// <summary>So many requests in a row from a place of chance, the first of them at the start.</summary>
    public IRequestSource Stretch(int most, RandomTree random)
    {
        int count = Math.Min(most, Requests.Count);
        RandomStream dice = random.Stream("stretch");
        int first = (int)dice.NextBelow(Requests.Count - count + 1);
        Duration before = Requests[first].Arrival - Instant.Zero;
        return new Rows([.. Requests.Skip(first).Take(count).Select((request, i) =>
            request with { Id = new RequestId(i), Arrival = request.Arrival - before })]);
    }

    private sealed class Rows(InferenceRequest[] requests) : IRequestSource
    {
        private int _next;

        public int Read(Span<InferenceRequest> buffer)
        {
            int count = Math.Min(buffer.Length, requests.Length - _next);
            requests.AsSpan(_next, count).CopyTo(buffer);
            _next += count;
            return count;
        }
    }
}
