namespace Plimsoll.Cli;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>A bug, or the machine failed us.</summary>
    public const int Failure = 1;

    /// <summary>The user's input is wrong; every problem was listed.</summary>
    public const int BadInput = 2;

    /// <summary>The question has no feasible answer.</summary>
    public const int Infeasible = 3;

    /// <summary>Interrupted; what there was is kept and marked partial.</summary>
    public const int Interrupted = 130;
}
