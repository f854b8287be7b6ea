namespace Plimsoll.Optimization.Linear;

/// <summary>How a row's sum compares with its right side.</summary>
public enum RowSense
{
    /// <summary>At most the right side.</summary>
    AtMost,

    /// <summary>Equal to the right side.</summary>
    Equal,

    /// <summary>At least the right side.</summary>
    AtLeast,
}
