using Plimsoll.Core;
using Plimsoll.Simulation;

namespace Plimsoll.Benchmarks.Setting;

/// <summary>
/// The largest rate a fleet sustains: what it completes a second under a backlog, between the first and the last fifth of the requests,
/// so that neither filling nor draining counts.
/// </summary>
internal static class Capacity
{
    private const int RequestsPerReplica = 3125;

    public static double RequestsPerSecond(FleetScenario fleet)
    {
        long requests = (long)RequestsPerReplica * fleet.Replicas;
        var middle = new Middle(requests / 5, requests - (requests / 5));
        Production.Run(fleet, Production.Backlog(requests), middle);
        return middle.RequestsPerSecond;
    }

    private sealed class Middle(long from, long to) : IRunObserver
    {
        private long _ended;
        private Instant _start;
        private Instant _end;

        public double RequestsPerSecond => (to - from) / (_end - _start).Seconds;

        public void Ended(in RequestTimeline timeline)
        {
            _ended++;
            _start = _ended == from ? timeline.Finished : _start;
            _end = _ended == to ? timeline.Finished : _end;
        }

        public bool Continue(Instant now, long arrived, long ended) => true;
    }
}
