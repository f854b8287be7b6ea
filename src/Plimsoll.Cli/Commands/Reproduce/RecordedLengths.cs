using Plimsoll.Core;
using Plimsoll.Workloads.Traces;

namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>Pairs of prompt and output lengths from a trace.</summary>
/// <param name="Name">The file, as the scenario names it.</param>
/// <param name="Lengths">The pairs that fit into memory; none if there is no such file.</param>
/// <param name="LeftOut">How many do not.</param>
internal sealed record RecordedLengths(string Name, IReadOnlyList<(int Prompt, int Output)> Lengths, int LeftOut)
{
    /// <summary>Reads the trace that a field names, by its path in the data folder.</summary>
    public static RecordedLengths Read(ScenarioFields fields, string field, int kvTokens, ExperimentInputs inputs)
    {
        string name = fields.Text(field);
        string path = Path.Combine([inputs.DataFolder, .. name.Split('/')]);
        if (name.Length == 0 || !File.Exists(path))
        {
            return new RecordedLengths(name, [], 0);
        }

        var found = new TraceProblems();
        using Stream stream = File.OpenRead(path);
        ITraceSource? source = TraceReader.Open(path, stream, new TraceOptions(), found);
        List<(int Prompt, int Output)> lengths = [];
        int leftOut = 0;
        var buffer = new InferenceRequest[1024];
        for (int read = source?.Read(buffer) ?? 0; read > 0; read = source!.Read(buffer))
        {
            foreach (ref readonly InferenceRequest request in buffer.AsSpan(0, read))
            {
                bool fits = (long)request.PromptTokens + request.OutputTokens <= kvTokens;
                leftOut += fits ? 0 : 1;
                if (fits)
                {
                    lengths.Add((request.PromptTokens, request.OutputTokens));
                }
            }
        }

        foreach (TraceProblem problem in found.Kept)
        {
            fields.Report(field, problem.ToString());
        }

        if (found.Total == 0 && lengths.Count == 0)
        {
            fields.Report(field, $"no request of {path} fits into {kvTokens:#,0} tokens");
        }

        return new RecordedLengths(name, lengths, leftOut);
    }
}
