namespace Plimsoll.Metrics.Reports.Svg;

/// <summary>What an axis measures, which decides how its ticks are written.</summary>
public enum AxisKind
{
    /// <summary>A number, with k and M for thousands and millions.</summary>
    Number,

    /// <summary>Seconds, written in the unit that fits.</summary>
    Seconds,

    /// <summary>A fraction, written in percent.</summary>
    Fraction,
}
