using System.Net;
using Plimsoll.Gateway.Backends;
using Plimsoll.Gateway.Hosting;
using Plimsoll.Policies;
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
        Options = given with
        {
            Backends = Backends(root),
            Policies = Policies(root.Map("policies")),
            Address = Listen(root) ?? given.Address,
            Port = root.Count("port", 0, 65535) ?? given.Port,
            AdminPort = root.Count("admin-port", 0, 65535) ?? given.AdminPort,
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

    private static IPAddress? Listen(YamlMap root)
    {
        string? text = root.Text("listen");
        if (text is not null && !IPAddress.TryParse(text, out _))
        {
            root.Refuse("listen", $"'{text}' is not an address; write 127.0.0.1, or 0.0.0.0 for every network");
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

    private DispatcherConfiguration Policies(YamlMap map)
    {
        DispatcherConfiguration chosen = LivePolicies.Over(
            Options.Policies,
            map.Text("admission"),
            map.Text("ordering"),
            map.Text("routing"),
            map.Text("window"),
            map.Refuse);
        map.End();
        return chosen;
    }

    private static List<Backend> Backends(YamlMap root)
    {
        List<Backend> backends = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (YamlNode node in root.List("backends"))
        {
            if (BackendOf(root, node, backends.Count) is not { } backend)
            {
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
    private static Backend? BackendOf(YamlMap root, YamlNode node, int number)
    {
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
        string? url = map.Text("url");
        if (url is null)
        {
            map.Refuse("url", "every backend needs one");
        }

        BackendAddress? address = url is null ? null : Address(url, what => map.Refuse("url", what));
        string? name = map.Text("name");
        string[] models =
            [.. map.List("models").OfType<YamlScalarNode>().Select(model => model.Value ?? "").Where(model => model.Length > 0)];
        string? key = Key(map);
        map.End();
        return address is null ? null
            : new Backend(number, name ?? address.Name, address.Address, key, address.Rank, models.Length == 0 ? null : models);
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

    private static BackendAddress? Address(string text, Action<string> refuse)
    {
        if (BackendAddress.Read(text, out BackendAddress? address) is { } problem)
        {
            refuse(problem);
        }

        return address;
    }
}
