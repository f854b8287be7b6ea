namespace Plimsoll.LoadGen.Reports;

/// <summary>A stretch of a run: the requests that were intended to start in it.</summary>
/// <param name="FromSeconds">Where it begins.</param>
/// <param name="ToSeconds">Where it ends.</param>
/// <param name="OfferedPerSecond">Intended starts per second.</param>
/// <param name="Completed">Those of them that completed.</param>
/// <param name="GoodPerSecond">Those that kept every objective, per second.</param>
/// <param name="TtftP50">Median TTFT in seconds; not a number when none completed.</param>
/// <param name="TtftP99">99th percentile.</param>
/// <param name="E2eP50">Median E2E in seconds.</param>
/// <param name="LagP99">99th percentile of the generator's lateness in seconds.</param>
public readonly record struct LoadWindow(
    double FromSeconds,
    double ToSeconds,
    double OfferedPerSecond,
    long Completed,
    double GoodPerSecond,
    double TtftP50,
    double TtftP99,
    double E2eP50,
    double LagP99);
