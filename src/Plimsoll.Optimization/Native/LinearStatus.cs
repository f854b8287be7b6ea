namespace Plimsoll.Optimization.Native;

/// <summary>How CLP ended.</summary>
internal enum LinearStatus
{
    Optimal,
    Infeasible,
    Stopped,
}
