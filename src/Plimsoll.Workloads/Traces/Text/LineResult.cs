namespace Plimsoll.Workloads.Traces.Text;

/// <summary>What <see cref="LineScanner.Next"/> found.</summary>
internal enum LineResult
{
    /// <summary>Nothing is left.</summary>
    End,

    /// <summary>A line.</summary>
    Line,

    /// <summary>A line beyond the limit, skipped without holding it.</summary>
    TooLong,
}
