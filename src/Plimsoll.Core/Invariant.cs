using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Plimsoll.Core;

/// <summary>Statements that hold on every run. A broken one is a bug: the run stops instead of drifting.</summary>
public static class Invariant
{
    /// <summary>Always checked; for what costs constant time.</summary>
    /// <exception cref="InvariantBrokenException"><paramref name="holds"/> is false.</exception>
    public static void Holds([DoesNotReturnIf(false)] bool holds, string statement)
    {
        if (!holds)
        {
            Break(statement);
        }
    }

    /// <summary>Checked in debug builds and tests only; for what walks a structure.</summary>
    [Conditional("DEBUG")]
    public static void HoldsInDebug([DoesNotReturnIf(false)] bool holds, string statement) => Holds(holds, statement);

    [DoesNotReturn]
    private static void Break(string statement) => throw new InvariantBrokenException(statement);
}
