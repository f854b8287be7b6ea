using Plimsoll.Core;
using Plimsoll.Gateway.Dispatching;

namespace Plimsoll.Gateway.Tests.Faults;

/// <summary>A request on its way through the simulated gateway, and how it ended.</summary>
internal sealed class SimulatedRequest(int number, Ticket ticket)
{
    public int Number => number;

    public Ticket Ticket => ticket;

    /// <summary>Hangs up.</summary>
    public CancellationTokenSource Client { get; } = new();

    public required int PrefillMilliseconds { get; init; }

    public required int DecodeMilliseconds { get; init; }

    public int Attempts { get; set; }

    /// <summary>Where it runs; null while it is held.</summary>
    public Placement? Runs { get; set; }

    /// <summary>Whether the first byte of its answer has come.</summary>
    public bool HasBegun { get; set; }

    /// <summary>How it ended; null as long as it has not.</summary>
    public string? Outcome { get; private set; }

    public RejectReason Reason { get; private set; }

    public void End(string outcome, RejectReason reason = RejectReason.None)
    {
        Assert.True(Outcome is null, $"request {number} ended as {Outcome} and again as {outcome}");
        (Outcome, Reason) = (outcome, reason);
    }
}
