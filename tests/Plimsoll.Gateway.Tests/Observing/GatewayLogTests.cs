using System.Collections.Concurrent;
using Plimsoll.Gateway.Observing;
using Plimsoll.Gateway.Tests.Hosting;

namespace Plimsoll.Gateway.Tests.Observing;

public sealed class GatewayLogTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_happens_to_replicas_and_requests_is_told()
    {
        var log = new ListLog(LogSeverity.Debug);
        await using (Served served = await Served.StartAsync(1, change: options => options with { EventLog = log }))
        {
            (await served.PostAsync(Served.Chat, stop: Stop)).Dispose();
            await Served.UntilAsync(() => log.Has("request_completed"));
            served.Gateway.Fleet.Drain(0, drains: true);
            served.Gateway.Fleet.Drain(0, drains: false);
            served.Engines[0].Healthy = false;
            await Served.UntilAsync(() => log.Has("replica_down"));
        }

        Assert.Equal(
            ["gateway_started", "gateway_stopping", "replica_down", "replica_draining", "replica_models", "replica_resumed", "replica_up", "request_completed"],
            log.Lines.Select(line => line.Event).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(LogSeverity.Warning, log.Lines.Single(line => line.Event == "replica_down").Severity);
        Assert.DoesNotMatch("Hello|Hi", string.Join('\n', log.Lines));
    }

    [Fact]
    public async Task Lines_that_nobody_takes_are_not_made()
    {
        var log = new ListLog(LogSeverity.Error);
        await using (Served served = await Served.StartAsync(1, change: options => options with { EventLog = log }, prepare: (_, engine) =>
            engine.Answer = (context, _) => FakeEngine.WriteAsync(context, "{}", 500)))
        {
            (await served.PostAsync(Served.Chat, stop: Stop)).Dispose();
            await Served.UntilAsync(() => log.Has("request_failed"));
        }

        LogLine line = Assert.Single(log.Lines);
        Assert.Equal(("e0", 0L, "upstream_status"), (line.Replica, line.Request, line.Message));
    }

    private sealed class ListLog(LogSeverity least) : IEventLog
    {
        public ConcurrentQueue<LogLine> Lines { get; } = new();

        public bool Has(string name) => Lines.Any(line => line.Event == name);

        public bool Takes(LogSeverity severity) => severity >= least;

        public void Write(LogLine line) => Lines.Enqueue(line);
    }
}
