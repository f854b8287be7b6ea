using System.Net;
using System.Security.Cryptography.X509Certificates;
using Plimsoll.Core;
using Plimsoll.Gateway.Access;
using Plimsoll.Gateway.Backends;
using Plimsoll.Gateway.Backends.Discovery;
using Plimsoll.Gateway.Observing;
using Plimsoll.Serving.Dispatch;

namespace Plimsoll.Gateway.Hosting;

/// <summary>Everything a gateway is told when it starts.</summary>
public sealed record GatewayOptions
{
    /// <summary>The engines, numbered from 0 in order.</summary>
    public required IReadOnlyList<Backend> Backends { get; init; }

    /// <summary>Where further engines are found while it runs.</summary>
    public IReadOnlyList<IBackendSource> Sources { get; init; } = [];

    /// <summary>How often those are asked.</summary>
    public Duration DiscoveryInterval { get; init; } = Duration.FromMilliseconds(5_000);

    /// <summary>Most engines at a time, those counted that still end what they have.</summary>
    public int MostBackends { get; init; } = 64;

    /// <summary>Told what people should know and no request can say: a source of engines that fails, engines for which there is no place.</summary>
    public Action<string>? Trouble { get; init; }

    /// <summary>The policies, and the window of each replica.</summary>
    public required DispatcherConfiguration Policies { get; init; }

    /// <summary>Address it listens on; loopback unless somebody decides otherwise.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>Port for clients; 0 for any that is free.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>Port for metrics, state and administration, on loopback; 0 for any that is free, null for none.</summary>
    public int? AdminPort { get; init; } = 8081;

    /// <summary>Address of that port; another than loopback needs a key.</summary>
    public IPAddress AdminAddress { get; init; } = IPAddress.Loopback;

    /// <summary>SHA-256 of the key that opens the admin port; null for none.</summary>
    public ReadOnlyMemory<byte>? AdminKeySha256 { get; init; }

    /// <summary>Keys of clients; none lets everybody in.</summary>
    public IReadOnlyList<ApiKey> Keys { get; init; } = [];

    /// <summary>Certificate of both ports; null for plain HTTP.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Whether each tenant's prompts are cached apart: a <c>cache_salt</c> made from the tenant is put into every body.</summary>
    public bool SaltsCache { get; init; }

    /// <summary>Longest request body.</summary>
    public int MostBodyBytes { get; init; } = 32 << 20;

    /// <summary>Most bytes of a request's headers together.</summary>
    public int MostHeaderBytes { get; init; } = 32 << 10;

    /// <summary>Time in which a request's headers must be there.</summary>
    public Duration HeaderTimeout { get; init; } = Duration.FromMilliseconds(15_000);

    /// <summary>Most connections of clients at a time.</summary>
    public int MostConnections { get; init; } = 20_000;

    /// <summary>Most connections to one engine.</summary>
    public int MostConnectionsPerBackend { get; init; } = 10_000;

    /// <summary>Time in which a connection to an engine must open.</summary>
    public Duration ConnectTimeout { get; init; } = Duration.FromMilliseconds(2_000);

    /// <summary>Time in which an engine must begin its answer; one that is no stream begins when it is whole.</summary>
    public Duration FirstByteTimeout { get; init; } = Duration.FromMilliseconds(600_000);

    /// <summary>Longest pause of an engine within its answer.</summary>
    public Duration IdleTimeout { get; init; } = Duration.FromMilliseconds(120_000);

    /// <summary>Longest time that a request is held, unless it says less.</summary>
    public Duration QueueTimeout { get; init; } = Duration.FromMilliseconds(300_000);

    /// <summary>Most replicas tried for one request, from 1.</summary>
    public int MostAttempts { get; init; } = 3;

    /// <summary>Time that requests get to end when the gateway stops.</summary>
    public Duration DrainTimeout { get; init; } = Duration.FromMilliseconds(30_000);

    /// <summary>When a replica counts as well.</summary>
    public HealthOptions Health { get; init; } = new();

    /// <summary>Importance of each objective that requests may name: larger is more important, below 0 may be shed.</summary>
    public IReadOnlyDictionary<string, int> Objectives { get; init; } = new Dictionary<string, int>();

    /// <summary>Root of the randomness in routing.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Who takes down every request; null for nobody.</summary>
    public IAccessLog? AccessLog { get; init; }
}
