using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Plimsoll.Optimization;
using Plimsoll.Optimization.Hindsight;
using Plimsoll.Policies.Batching.SortedF;

namespace Plimsoll.Cli.Setup;

/// <summary>Solves the linear programs of the orders that follow one, with the solver that is installed.</summary>
/// <param name="limitSeconds">Wall time for each.</param>
internal sealed class LinearRelaxation(double limitSeconds) : IStartTimeRelaxation
{
    public bool TryMeanStarts(
        ReadOnlySpan<(int PromptTokens, int OutputTokens)> requests,
        long capacityTokens,
        Span<double> meanStarts,
        [NotNullWhen(false)] out string? refusal)
    {
        var jobs = new HindsightJob[requests.Length];
        for (int i = 0; i < jobs.Length; i++)
        {
            jobs[i] = new HindsightJob(i, requests[i].PromptTokens, requests[i].OutputTokens, 0);
        }

        try
        {
            var clock = Stopwatch.StartNew();
            var program = new HindsightProgram(new HindsightInstance(jobs, (int)Math.Min(capacityTokens, int.MaxValue / 4)));
            HindsightRelaxation relaxation = program.SolveRelaxation(
                new HindsightOptions { LimitSeconds = limitSeconds, Clock = () => clock.Elapsed.TotalSeconds });
            for (int i = 0; i < jobs.Length; i++)
            {
                meanStarts[i] = relaxation.MeanStarts[i];
            }

            refusal = null;
            return true;
        }
        catch (Exception reason) when (reason is SolverMissingException or ProgramTooLargeException or InvalidOperationException or ArgumentException)
        {
            refusal = reason.Message;
            return false;
        }
    }
}
