namespace Plimsoll.Metrics.Reports.Svg;

/// <summary>A row of a Gantt chart.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Waits">Where waiting begins, drawn as a thin line up to the first bar.</param>
/// <param name="Bars">Its stretches, in order.</param>
public sealed record GanttRow(string Name, double Waits, IReadOnlyList<GanttBar> Bars);
