namespace Plimsoll.Metrics.Reports.Svg;

/// <summary>A stretch in a row of a Gantt chart.</summary>
/// <param name="From">Where it begins.</param>
/// <param name="To">Where it ends.</param>
/// <param name="Lost">Whether it was in vain, and is drawn hollow.</param>
public readonly record struct GanttBar(double From, double To, bool Lost = false);
