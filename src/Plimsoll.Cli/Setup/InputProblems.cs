using Plimsoll.Performance;
using Plimsoll.Workloads.Traces;

namespace Plimsoll.Cli.Setup;

/// <summary>Everything wrong with what the user gave, gathered before anything is run or written.</summary>
internal sealed class InputProblems
{
    private readonly List<string> _sentences = [];

    public bool Any => _sentences.Count > 0;

    public IReadOnlyList<string> Sentences => _sentences;

    /// <summary>Something wrong with an option.</summary>
    public void Add(string option, string what) => _sentences.Add($"{option}: {what}");

    public void Add(InputProblem problem) => _sentences.Add(problem.ToString());

    public void Add(InputProblems others) => _sentences.AddRange(others._sentences);

    /// <summary>What a trace reader found, the first hundred in full.</summary>
    public void Add(TraceProblems problems)
    {
        _sentences.AddRange(problems.Kept.Select(problem => problem.ToString()));
        if (problems.Total > problems.Kept.Count)
        {
            _sentences.Add($"… and {problems.Total - problems.Kept.Count:#,0} more problems");
        }
    }
}
