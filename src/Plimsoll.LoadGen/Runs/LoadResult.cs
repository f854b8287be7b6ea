using Plimsoll.LoadGen.Timing;
using Plimsoll.Metrics;

namespace Plimsoll.LoadGen.Runs;

/// <summary>What a run left behind.</summary>
/// <param name="Records">Every request that was started, in order of its number.</param>
/// <param name="Gaps">Gaps between pieces with content, of all requests (ITL).</param>
/// <param name="LoopLag">How late the threads that read answers were.</param>
/// <param name="Client">What the generator used.</param>
/// <param name="ConnectionsOpened">Connections that were opened.</param>
/// <param name="Resent">Requests sent a second time because an idle connection had been closed under them.</param>
/// <param name="Seconds">From the start to the end of the last request that ended, or to the interruption.</param>
/// <param name="Interrupted">Whether somebody stopped it.</param>
public sealed record LoadResult(
    IReadOnlyList<RequestRecord> Records,
    LatencySketch Gaps,
    LatencySketch LoopLag,
    ClientLoad Client,
    long ConnectionsOpened,
    long Resent,
    double Seconds,
    bool Interrupted);
