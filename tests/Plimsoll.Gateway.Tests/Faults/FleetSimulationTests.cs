using Plimsoll.Testing;

namespace Plimsoll.Gateway.Tests.Faults;

/// <summary>
/// Random fleets in which engines crash, hang, fail, slow down and come back while policies change. Always: a request ends exactly once,
/// none goes beyond a window or to a replica that is closed, none is lost or sent twice at a time, and the decisions replay. Afterwards:
/// what is there ends, and what comes is served.
/// </summary>
public sealed class FleetSimulationTests
{
    /// <summary>The variable PLIMSOLL_TWIN_CASES makes these more, PLIMSOLL_FAULT_SEED one of a certain seed.</summary>
    [Fact]
    public void Every_request_ends_once_and_what_comes_after_the_faults_is_served()
    {
        string? one = Environment.GetEnvironmentVariable("PLIMSOLL_FAULT_SEED");
        ulong first = one is null ? 1 : ulong.Parse(one, System.Globalization.CultureInfo.InvariantCulture);
        ulong last = one is null ? TwinCases.Count(300) : first;
        TestContext.Current.SendDiagnosticMessage($"seeds {first} to {last}");
        Dictionary<string, int> outcomes = [];
        for (ulong seed = first; seed <= last; seed++)
        {
            var simulation = new FleetSimulation(seed);
            try
            {
                simulation.Run();
            }
            catch (Exception wrong)
            {
                throw new InvalidOperationException($"seed {seed}: {wrong.Message}\n{simulation.Story[^Math.Min(2_000, simulation.Story.Length)..]}", wrong);
            }

            foreach ((string outcome, int count) in simulation.Outcomes)
            {
                outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + count;
            }
        }

        // Each way to end has come to pass, or this would prove less than it says.
        if (one is null)
        {
            Assert.All(["completed", "refused", "failed", "cut", "silent", "left", "left while held"], outcome => Assert.Contains(outcome, outcomes.Keys));
        }
    }

    [Fact]
    public void The_same_seed_tells_the_same_story()
    {
        string[] stories = [.. Enumerable.Range(0, 2).Select(_ =>
        {
            var simulation = new FleetSimulation(12);
            simulation.Run();
            return simulation.Story;
        })];

        Assert.Equal(stories[0], stories[1]);
    }
}
