using System.Globalization;
using Plimsoll.Gateway.Backends;
using Plimsoll.Gateway.Dispatching;
using Plimsoll.Gateway.Hosting;
using Plimsoll.Serving.Dispatch;

namespace Plimsoll.Gateway.Observing;

/// <summary>What the gateway has to say, line by line. docs/metrics.md lists the events.</summary>
internal sealed class GatewayLog(IEventLog? to, GatewayClock clock)
{
    public void Started(int backends) => Write(LogSeverity.Info, "gateway_started", null, $"{backends} backends");

    public void Stopping() => Write(LogSeverity.Info, "gateway_stopping");

    public void Policies(ServingPolicies serving)
    {
        DispatcherConfiguration policies = serving.Dispatch;
        string window = serving.AdaptsWindows ? "adaptive" : policies.WindowRequests?.ToString(CultureInfo.InvariantCulture) ?? "none";
        Write(LogSeverity.Info, "policies_changed", null, $"{policies.Admission}, {policies.Ordering}, {policies.Routing}, window {window}");
    }

    public void Models(Replica replica, EngineModels models) =>
        Write(LogSeverity.Info, "replica_models", replica, string.Join(", ", models.Base));

    public void Draining(Replica replica, bool drains) => Write(LogSeverity.Info, drains ? "replica_draining" : "replica_resumed", replica);

    public void LostEvents(Replica replica, string why) => Write(LogSeverity.Warning, "kv_events_lost", replica, why);

    public void NotReplayed(Replica replica, string why) => Write(LogSeverity.Warning, "kv_events_not_replayed", replica, why);

    /// <summary>What probes and breaker say of a replica may have changed.</summary>
    public void Gate(Replica replica, bool wasUp, BreakerState was)
    {
        if (replica.Gate.Up != wasUp)
        {
            Write(wasUp ? LogSeverity.Warning : LogSeverity.Info, wasUp ? "replica_down" : "replica_up", replica);
        }

        if (replica.Gate.Breaker != was)
        {
            (LogSeverity severity, string name) = replica.Gate.Breaker switch
            {
                BreakerState.Open => (LogSeverity.Warning, "breaker_open"),
                BreakerState.HalfOpen => (LogSeverity.Info, "breaker_half_open"),
                _ => (LogSeverity.Info, "breaker_closed"),
            };
            Write(severity, name, replica);
        }
    }

    /// <summary>A replica failed a request that another shall take.</summary>
    public void Retrying(Replica replica, long request, string? trace) =>
        Write(LogSeverity.Warning, "request_retried", replica, null, request, trace);

    /// <summary>A request ended.</summary>
    public void Ended(ExchangeOutcome outcome, string reason, string replica, long? request, string? trace)
    {
        LogSeverity severity = outcome == ExchangeOutcome.Failed ? LogSeverity.Error : LogSeverity.Debug;
        if (to?.Takes(severity) == true)
        {
            to.Write(new LogLine(Now, severity, "request_" + outcome.ToString().ToLowerInvariant())
            {
                Replica = replica.Length == 0 ? null : replica,
                Request = request,
                Trace = trace,
                Message = reason.Length == 0 ? null : reason,
            });
        }
    }

    private DateTimeOffset Now => clock.StartedAt.AddSeconds(clock.Now.Seconds);

    private void Write(
        LogSeverity severity, string name, Replica? replica = null, string? message = null, long? request = null, string? trace = null)
    {
        if (to?.Takes(severity) == true)
        {
            to.Write(new LogLine(Now, severity, name)
            {
                Replica = replica?.Backend.Name,
                Message = message,
                Request = request,
                Trace = trace,
            });
        }
    }
}
