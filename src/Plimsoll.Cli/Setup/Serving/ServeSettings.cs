using System.CommandLine;
using System.Net;
using Plimsoll.Cli.Options;
using Plimsoll.Core;
using Plimsoll.Gateway.Backends;
using Plimsoll.Gateway.Emulation;
using Plimsoll.Gateway.Hosting;

namespace Plimsoll.Cli.Setup.Serving;

/// <summary>What a gateway is told, by its file and on the command line, which goes first.</summary>
internal sealed record ServeSettings
{
    /// <summary>For the gateway, without the engines that are emulated.</summary>
    public required GatewayOptions Gateway { get; init; }

    /// <summary>Engines that are emulated in this process.</summary>
    public required IReadOnlyList<EmulatorOptions> Emulated { get; init; }

    /// <summary>Where the access log goes; null for nowhere.</summary>
    public string? AccessLog { get; init; }

    /// <summary>When to stop; null for never.</summary>
    public Duration? ExitAfter { get; init; }

    /// <summary>Whether there is a file that can be read anew.</summary>
    public bool HasFile { get; init; }

    /// <summary>Reads both; everything that is wrong is added to the problems.</summary>
    public static ServeSettings Read(ParseResult parsed, ServeOptions options, InputProblems problems)
    {
        string? path = parsed.GetValue(options.Config);
        ServeFile file = path is null ? new ServeFile() : ServeFile.Read(path, problems);
        GatewayOptions gateway = Over(file.Options, parsed, options, problems);
        if (!IPAddress.IsLoopback(gateway.AdminAddress) && gateway.AdminKeySha256 is null)
        {
            problems.Add("admin-listen", "an admin port that others can reach needs admin-key-sha256");
        }

        bool hasEngines = gateway.Backends.Count > 0 || gateway.Sources.Count > 0 || problems.Any;
        string[] specs = parsed.GetValue(options.Emulate) is { Length: > 0 } given ? given
            : file.Emulate.Count == 0 && !hasEngines ? [EmbeddedFleet.DefaultSpec] : [.. file.Emulate];
        return new ServeSettings
        {
            Gateway = gateway,
            Emulated = EmbeddedFleet.Read(specs, "--emulate", options.Speed.Read(parsed, problems) ?? 1, problems),
            AccessLog = parsed.GetValue(options.AccessLog) ?? file.AccessLog,
            ExitAfter = options.ExitAfter.Read(parsed, problems),
            HasFile = path is not null,
        };
    }

    private static GatewayOptions Over(GatewayOptions file, ParseResult parsed, ServeOptions options, InputProblems problems)
    {
        string? listen = parsed.GetValue(options.Listen);
        IPAddress? address = null;
        if (listen is not null && !IPAddress.TryParse(listen, out address))
        {
            problems.Add("--listen", $"'{listen}' is not an address; write 127.0.0.1, or 0.0.0.0 for every network");
        }

        return file with
        {
            Backends = Backends(parsed.GetValue(options.Backends), problems) ?? file.Backends,
            Address = address ?? file.Address,
            Port = options.Port.Read(parsed, problems) ?? file.Port,
            AdminPort = options.AdminPort.Read(parsed, problems) ?? file.AdminPort,
            Policies = LivePolicies.Over(
                file.Policies,
                parsed.GetValue(options.Admission),
                parsed.GetValue(options.Ordering),
                parsed.GetValue(options.Routing),
                parsed.GetValue(options.Window),
                (option, what) => problems.Add("--" + option, what)),
        };
    }

    private static List<Backend>? Backends(string[]? urls, InputProblems problems)
    {
        if (urls is not { Length: > 0 })
        {
            return null;
        }

        List<Backend> backends = [];
        foreach (string url in urls)
        {
            if (BackendAddress.Read(url, out BackendAddress? address) is { } problem)
            {
                problems.Add("--backend", problem);
            }
            else if (backends.Exists(other => other.Name == address!.Name))
            {
                problems.Add("--backend", $"'{address!.Name}' is given twice");
            }
            else
            {
                backends.Add(new Backend(backends.Count, address!.Name, address.Address, null, address.Rank));
            }
        }

        return backends;
    }
}
