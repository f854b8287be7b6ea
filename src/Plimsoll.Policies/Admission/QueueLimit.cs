using Plimsoll.Core;

namespace Plimsoll.Policies.Admission;

/// <summary>Refuses a request when too many already wait, wherever they wait.</summary>
/// <remarks>
/// <para>
/// Refuses if queued + waiting ≥ limit · replicas: requests in the dispatcher's queue and in the replicas' own queues, against a limit
/// for each replica, so that the same setting fits a fleet that grows. With no replica left, every request is refused.
/// </para>
/// <para>
/// Signals: Queue. The replicas' part is as old as their last reports, plus what was sent since: with stale reports it counts requests
/// that have started in the meantime, so it errs towards refusing.
/// </para>
/// <para>A bad idea when requests differ much in length: ten short ones and ten long ones count the same.</para>
/// <para>Source: the bounded waiting room of queueing theory (M/M/c/K), as found in most gateways.</para>
/// </remarks>
/// <param name="limit">Waiting requests for each replica, from 1.</param>
public sealed class QueueLimit(int limit) : IAdmissionPolicy
{
    private static readonly PolicyOption<int> Limit = new()
    {
        Name = "limit",
        Unit = "waiting requests per replica",
        Minimum = 1,
        Maximum = int.MaxValue,
        Fallback = 100,
        Meaning = "Refuse once this many requests wait for each replica, in the dispatcher and in the engines together.",
    };

    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IAdmissionPolicy> Entry { get; } = new()
    {
        Name = "queue-limit",
        Summary = "Refuses a request when the dispatcher and the engines together hold too many that wait.",
        BadIdea = "When requests differ much in length: a short one and a long one count the same.",
        Source = "The bounded waiting room of queueing theory (M/M/c/K), as found in most gateways.",
        Signals = Signals.Queue,
        Options = [Limit],
        Create = arguments => new QueueLimit(arguments.Of(Limit)),
    };

    /// <inheritdoc/>
    public AdmissionDecision Decide(in RequestView request, in FleetView fleet) =>
        (long)fleet.QueuedRequests + fleet.WaitingRequests >= (long)limit * fleet.Replicas
            ? AdmissionDecision.Reject(RejectReason.QueueFull)
            : AdmissionDecision.Accept;
}
