using System.Reflection;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Plimsoll.Gateway.Observing;

namespace Plimsoll.Cli.Output;

/// <summary>
/// Sends the gateway's spans and metrics to a collector by OTLP over HTTP. Where nobody listens they are lost, and nothing waits.
/// </summary>
internal sealed class OtlpExport : IDisposable
{
    private const int MetricsEveryMilliseconds = 10_000;
    private const int PatienceMilliseconds = 5_000;

    private readonly TracerProvider _spans;
    private readonly MeterProvider _metrics;

    /// <summary>Starts to send.</summary>
    /// <param name="collector">Address of the collector, such as http://127.0.0.1:4318; the paths of the protocol are added.</param>
    public OtlpExport(Uri collector)
    {
        ResourceBuilder resource = ResourceBuilder.CreateDefault()
            .AddService("plimsoll", serviceVersion: Assembly.GetExecutingAssembly().GetName().Version?.ToString(3));
        _spans = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .AddSource(GatewayTelemetry.Name)
            .AddOtlpExporter(options => Point(options, collector, "v1/traces"))
            .Build();
        _metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter(GatewayTelemetry.Name)
            .AddOtlpExporter((options, reader) =>
            {
                Point(options, collector, "v1/metrics");
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = MetricsEveryMilliseconds;
            })
            .Build();
    }

    /// <summary>Sends what is left, as far as somebody takes it soon.</summary>
    public void Dispose()
    {
        _spans.ForceFlush(PatienceMilliseconds);
        _metrics.ForceFlush(PatienceMilliseconds);
        _spans.Dispose();
        _metrics.Dispose();
    }

    private static void Point(OtlpExporterOptions options, Uri collector, string path)
    {
        options.Protocol = OtlpExportProtocol.HttpProtobuf;
        options.Endpoint = new Uri(collector.AbsoluteUri.TrimEnd('/') + "/" + path);
        options.TimeoutMilliseconds = PatienceMilliseconds;
    }
}
