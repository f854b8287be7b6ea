using System.Buffers;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Plimsoll.Gateway.Backends;
using Plimsoll.Gateway.Backends.Discovery;
using Plimsoll.Gateway.Hosting;
using Plimsoll.Policies;
using Plimsoll.Policies.Prediction;
using Plimsoll.Serving.Dispatch;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Plimsoll.Cli.Setup.Serving;

/// <summary>
/// The configuration file of the gateway: YAML, read whole, with everything that is wrong in it. What it does not say keeps its default.
/// </summary>
internal sealed class ServeFile
{
    /// <summary>
    /// Requests in flight on each replica unless somebody says otherwise: vLLM's usual batch, so that the rest waits where it can still
    /// be ordered.
    /// </summary>
    public const int DefaultWindow = 256;

    /// <summary>Where the access log goes; null for nowhere.</summary>
    public string? AccessLog { get; private set; }

    /// <summary>How the gateway is watched.</summary>
    public Watching Watching { get; private set; } = new();

    /// <summary>What is kept of the traffic and the decisions; null for nothing.</summary>
    public RecordSettings? Record { get; private set; }

    /// <summary>Emulated engines, as for <see cref="EmbeddedFleet"/>.</summary>
    public IReadOnlyList<string> Emulate { get; private set; } = [];

    public GatewayOptions Options { get; private set; } = new()
    {
        Backends = [],
        Policies = new DispatcherConfiguration(
            PolicyCatalog.Admission.Default, PolicyCatalog.Ordering.Default, PolicyCatalog.Routing.Default, DefaultWindow),
    };

    /// <summary>Reads a file.</summary>
    public static ServeFile Read(string path, InputProblems problems)
    {
        var file = new ServeFile();
        try
        {
            using StreamReader reader = File.OpenText(path);
            var yaml = new YamlStream();
            yaml.Load(reader);
            if (yaml.Documents is [{ RootNode: YamlMappingNode root }])
            {
                file.Read(new YamlMap(path, root, problems));
            }
            else
            {
                problems.Add(path, "must be one YAML mapping");
            }
        }
        catch (YamlException broken)
        {
            problems.Add($"{path}:{broken.Start.Line}", broken.Message);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            problems.Add("--config", unreadable.Message);
        }

        return file;
    }

    private void Read(YamlMap root)
    {
        GatewayOptions given = Options;
        (YamlMap health, YamlMap breaker) = (root.Map("health"), root.Map("breaker"));
        (YamlMap timeouts, YamlMap limits) = (root.Map("timeouts"), root.Map("limits"));
        AccessLog = root.Text("access-log");
        Watching = Watching.Read(root);
        Record = RecordSettings.From(root.Map("record"));
        (ServingPolicies policies, PredictionSpec? prediction) = Policies(root.Map("policies"));
        Emulate = [.. root.List("emulate").OfType<YamlScalarNode>().Select(spec => spec.Value ?? "")];
        Options = given with
        {
            Backends = Backends(root, out List<IBackendSource> sources),
            Sources = sources,
            DiscoveryInterval = root.Time("discovery-interval") ?? given.DiscoveryInterval,
            MostBackends = limits.Count("backends", 1, 4096) ?? given.MostBackends,
            Policies = policies.Dispatch,
            AdaptsWindows = policies.AdaptsWindows,
            Prediction = prediction,
            Address = Listen(root, "listen") ?? given.Address,
            Port = root.Count("port", 0, 65535) ?? given.Port,
            AdminPort = root.Count("admin-port", 0, 65535) ?? given.AdminPort,
            AdminAddress = Listen(root, "admin-listen") ?? given.AdminAddress,
            AdminKeySha256 = Sha256(root, "admin-key-sha256"),
            Keys = AccessKeys.Read(root),
            Certificate = Certificate(root.Map("tls")),
            Tokenizes = Tokenizes(root.Text("tokenize"), what => root.Refuse("tokenize", what)) ?? given.Tokenizes,
            TokenizeTimeout = timeouts.Time("tokenize") ?? given.TokenizeTimeout,
            SaltsCache = root.Flag("cache-salt") ?? given.SaltsCache,
            Seed = (ulong)(root.Count("seed", 0) ?? (int)given.Seed),
            Objectives = Objectives(root.Map("objectives")),
            MostBodyBytes = limits.Count("body-bytes", 1024, 1 << 30) ?? given.MostBodyBytes,
            MostHeaderBytes = limits.Count("header-bytes", 1024, 1 << 20) ?? given.MostHeaderBytes,
            MostConnections = limits.Count("connections", 1) ?? given.MostConnections,
            MostConnectionsPerBackend = limits.Count("connections-per-backend", 1) ?? given.MostConnectionsPerBackend,
            MostAttempts = limits.Count("attempts", 1, 100) ?? given.MostAttempts,
            HeaderTimeout = timeouts.Time("headers") ?? given.HeaderTimeout,
            ConnectTimeout = timeouts.Time("connect") ?? given.ConnectTimeout,
            FirstByteTimeout = timeouts.Time("first-byte") ?? given.FirstByteTimeout,
            IdleTimeout = timeouts.Time("idle") ?? given.IdleTimeout,
            QueueTimeout = timeouts.Time("queue") ?? given.QueueTimeout,
            DrainTimeout = timeouts.Time("drain") ?? given.DrainTimeout,
            Health = Health(health, breaker),
        };
        foreach (YamlMap map in new[] { root, health, breaker, timeouts, limits })
        {
            map.End();
        }
    }

    private static HealthOptions Health(YamlMap health, YamlMap breaker)
    {
        var given = new HealthOptions();
        return given with
        {
            ProbeInterval = health.Time("interval") ?? given.ProbeInterval,
            ProbeTimeout = health.Time("timeout") ?? given.ProbeTimeout,
            ProbesUp = health.Count("up", 1, 1000) ?? given.ProbesUp,
            ProbesDown = health.Count("down", 1, 1000) ?? given.ProbesDown,
            SlowStart = health.Time("slow-start") ?? given.SlowStart,
            FailuresToOpen = breaker.Count("failures", 1, 1_000_000) ?? given.FailuresToOpen,
            OpenFor = breaker.Time("open") ?? given.OpenFor,
            OpenAtMost = breaker.Time("open-at-most") ?? given.OpenAtMost,
        };
    }

    /// <summary>SHA-256 of a key, as 64 hexadecimal digits.</summary>
    public static ReadOnlyMemory<byte>? Sha256(YamlMap map, string key)
    {
        if (map.Text(key) is not { } text)
        {
            return null;
        }

        byte[] hash = new byte[32];
        if (text.Length == 64 && Convert.FromHexString(text, hash, out _, out int written) == OperationStatus.Done && written == 32)
        {
            return hash;
        }

        map.Refuse(key, "must be the SHA-256 of the key, 64 hexadecimal digits: printf %s KEY | sha256sum");
        return null;
    }

    /// <summary>Whether an engine cuts prompts into tokens, as people write it; null if they do not.</summary>
    public static bool? Tokenizes(string? text, Action<string> refuse)
    {
        if (text is not (null or "engine" or "none"))
        {
            refuse($"'{text}' must be engine or none");
        }

        return text is null ? null : text == "engine";
    }

    private static X509Certificate2? Certificate(YamlMap tls)
    {
        (string? certificate, string? key) = (tls.Text("certificate"), tls.Text("key"));
        tls.End();
        if (certificate is null != key is null)
        {
            tls.Refuse(certificate is null ? "key" : "certificate", "certificate and key go together, two PEM files");
        }

        if (certificate is null || key is null)
        {
            return null;
        }

        try
        {
            return X509Certificate2.CreateFromPemFile(certificate, key);
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or CryptographicException)
        {
            tls.Refuse("certificate", unusable.Message);
            return null;
        }
    }

    private static IPAddress? Listen(YamlMap root, string key)
    {
        string? text = root.Text(key);
        if (text is not null && !IPAddress.TryParse(text, out _))
        {
            root.Refuse(key, $"'{text}' is not an address; write 127.0.0.1, or 0.0.0.0 for every network");
            return null;
        }

        return text is null ? null : IPAddress.Parse(text);
    }

    private static Dictionary<string, int> Objectives(YamlMap map)
    {
        Dictionary<string, int> objectives = new(StringComparer.Ordinal);
        foreach (string name in map.Keys())
        {
            objectives[name] = map.Whole(name) ?? 0;
        }

        return objectives;
    }

    private (ServingPolicies Policies, PredictionSpec? Prediction) Policies(YamlMap map)
    {
        PredictionSpec? prediction = LivePrediction.Read(map.Text("predict"), what => map.Refuse("predict", what));
        ServingPolicies chosen = LivePolicies.Over(
            new ServingPolicies(Options.Policies),
            map.Text("admission"),
            map.Text("ordering"),
            map.Text("routing"),
            map.Text("window"),
            prediction?.Provides ?? Signals.None,
            map.Refuse);
        map.End();
        return (chosen, prediction);
    }

    private static List<Backend> Backends(YamlMap root, out List<IBackendSource> sources)
    {
        List<Backend> backends = [];
        sources = root.Text("backends-file") is { } path ? [new FileSource(path)] : [];
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (YamlNode node in root.List("backends"))
        {
            if (BackendOf(root, node, backends.Count, out bool byName) is not { } backend)
            {
                continue;
            }

            if (byName)
            {
                sources.Add(new DnsSource(backend));
                continue;
            }

            if (!names.Add(backend.Name))
            {
                root.Refuse(node, $"two backends are called '{backend.Name}'; give one of them another name");
            }

            backends.Add(backend);
        }

        return backends;
    }

    // A backend is an address, or a mapping with one.
    private static Backend? BackendOf(YamlMap root, YamlNode node, int number, out bool byName)
    {
        byName = false;
        if (node is YamlScalarNode { Value: { } text })
        {
            return Address(text, what => root.Refuse(node, what)) is { } alone
                ? new Backend(number, alone.Name, alone.Address, null, alone.Rank) : null;
        }

        if (node is not YamlMappingNode mapping)
        {
            root.Refuse(node, "a backend is an address, or a mapping with a url");
            return null;
        }

        YamlMap map = root.Of(mapping);
        (string? url, string? dns) = (map.Text("url"), map.Text("dns"));
        if (url is null == dns is null)
        {
            map.Refuse("url", "every backend needs a url, or dns: with the url of a name whose every address is one");
        }

        byName = dns is not null;
        BackendAddress? address = Address(url ?? dns, what => map.Refuse(url is null ? "dns" : "url", what));
        if (byName && address?.Address.Scheme == Uri.UriSchemeHttps)
        {
            map.Refuse("dns", "must be http: a certificate for the name would not fit its addresses");
        }

        string? name = map.Text("name");
        string[] models =
            [.. map.List("models").OfType<YamlScalarNode>().Select(model => model.Value ?? "").Where(model => model.Length > 0)];
        string? key = Key(map);
        Uri? events = KvAddress(map, "kv-events", byName);
        Uri? replay = KvAddress(map, "kv-replay", byName);
        if (replay is not null && events is null && map.Text("kv-events") is null)
        {
            map.Refuse("kv-replay", "needs kv-events: it is asked for those that were missed");
        }

        map.End();
        return address is null ? null
            : new Backend(number, name ?? address.Name, address.Address, key, address.Rank, models.Length == 0 ? null : models)
            {
                KvEvents = events,
                KvReplay = replay,
            };
    }

    private static Uri? KvAddress(YamlMap map, string key, bool byName)
    {
        if (map.Text(key) is not { } text)
        {
            return null;
        }

        if (byName)
        {
            map.Refuse(key, "cannot stand with dns: each engine publishes its own; give every engine a url");
        }

        bool isAddress = Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri.Scheme == "tcp" && uri.Host.Length > 0 && uri.Port > 0
            && uri.PathAndQuery is "" or "/" && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0;
        if (!isAddress)
        {
            map.Refuse(key, $"'{text}' is not an address; write tcp://HOST:PORT");
        }

        return isAddress ? uri : null;
    }

    // Keys stand in the environment, so that the file can be shown to anybody.
    private static string? Key(YamlMap map)
    {
        string? variable = map.Text("api-key-env");
        string? key = variable is null ? null : Environment.GetEnvironmentVariable(variable);
        if (variable is not null && string.IsNullOrEmpty(key))
        {
            map.Refuse("api-key-env", $"the environment has no {variable}");
        }

        return key;
    }

    private static BackendAddress? Address(string? text, Action<string> refuse)
    {
        if (text is null)
        {
            return null;
        }

        if (BackendAddress.Read(text, out BackendAddress? address) is { } problem)
        {
            refuse(problem);
        }

        return address;
    }
}
