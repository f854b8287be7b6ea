namespace Plimsoll.Optimization.Tests;

/// <summary>The native solvers are optional: without them their tests are skipped.</summary>
internal static class Solvers
{
    public static void Require() => Assert.SkipWhen(SolverLibraries.Missing is not null, SolverLibraries.Missing ?? "");
}
