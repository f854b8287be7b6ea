using Plimsoll.Metrics.Reports;

namespace Plimsoll.Gateway.Observing.Live;

/// <summary>Recorded traffic under one set of policies, simulated.</summary>
/// <param name="Policies">The policies, in a few words.</param>
/// <param name="Completed">Requests that completed.</param>
/// <param name="Rejected">Requests that were refused.</param>
/// <param name="Queue">Seconds before the first scheduling.</param>
/// <param name="Ttft">Seconds to the first token.</param>
/// <param name="Tpot">Seconds per output token after the first.</param>
/// <param name="E2e">Seconds from arrival to the end.</param>
public sealed record WhatIfRun(
    string Policies, long Completed, long Rejected, LatencySummary Queue, LatencySummary Ttft, LatencySummary Tpot, LatencySummary E2e);
