using Plimsoll.Core;

namespace Plimsoll.Metrics.Sampling;

/// <summary>The fleet at one instant.</summary>
/// <param name="At">When.</param>
/// <param name="Running">Requests admitted to a batch, over all replicas.</param>
/// <param name="Waiting">Requests in the replicas' own queues.</param>
/// <param name="Queued">Requests held by the gateway.</param>
/// <param name="KvFraction">KV blocks held over blocks there are; not a number when there are none or no limit is known.</param>
/// <param name="Totals">What had flowed by.</param>
public readonly record struct FleetSample(Instant At, int Running, int Waiting, int Queued, double KvFraction, FlowTotals Totals);
