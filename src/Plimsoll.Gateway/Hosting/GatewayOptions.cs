using System.Net;
using System.Security.Cryptography.X509Certificates;
using Plimsoll.Core;
using Plimsoll.Gateway.Access;
using Plimsoll.Gateway.Backends;
using Plimsoll.Gateway.Backends.Discovery;
using Plimsoll.Gateway.Observing;
using Plimsoll.Gateway.Observing.Live;
using Plimsoll.Gateway.Recording;
using Plimsoll.Policies.Prediction;
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

    /// <summary>
    /// Told what people should know and no request can say: a source of engines that fails, engines for which there is no place.
    /// </summary>
    public Action<string>? Trouble { get; init; }

    /// <summary>The policies, and the window of each replica.</summary>
    public required DispatcherConfiguration Policies { get; init; }

    /// <summary>Whether windows follow what each engine can take, beginning at the one of the policies.</summary>
    public bool AdaptsWindows { get; init; }

    /// <summary>What is believed of output lengths; null for nothing.</summary>
    public PredictionSpec? Prediction { get; init; }

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

    /// <summary>Whether engines are asked for the tokens of prompts, so that cached prefixes are compared exactly.</summary>
    public bool Tokenizes { get; init; }

    /// <summary>Time that such a question may take; after it the prompt is estimated by its text.</summary>
    public Duration TokenizeTimeout { get; init; } = Duration.FromMilliseconds(250);

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

    /// <summary>Who writes down what the dispatchers decide; null for nobody.</summary>
    public DecisionRecorder? Decisions { get; init; }

    /// <summary>Who takes down the traffic; null for nobody.</summary>
    public IRequestTrace? Trace { get; init; }

    /// <summary>What hides names and prefixes in records; null where nothing is recorded.</summary>
    public HashKey? Key { get; init; }

    /// <summary>Who takes down every request; null for nobody.</summary>
    public IAccessLog? AccessLog { get; init; }

    /// <summary>Who takes down what happens in the gateway; null for nobody.</summary>
    public IEventLog? EventLog { get; init; }

    /// <summary>The planner's formula for the load line, which answers null while too little is known; null for none.</summary>
    public Func<LiveTraffic, LiveLoadLine?>? LoadLine { get; init; }

    /// <summary>The simulator, for "what if"; null for none.</summary>
    public IWhatIf? WhatIf { get; init; }
}
