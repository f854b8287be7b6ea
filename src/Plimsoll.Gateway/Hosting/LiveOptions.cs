namespace Plimsoll.Gateway.Hosting;

/// <summary>The options in force. They may be exchanged while requests run; each request keeps those that it began under.</summary>
internal sealed class LiveOptions(GatewayOptions start)
{
    private GatewayOptions _current = start;

    public GatewayOptions Current => Volatile.Read(ref _current);

    /// <summary>Others from now on.</summary>
    public void Exchange(GatewayOptions next) => Volatile.Write(ref _current, next);

    /// <summary>What stands in the way of exchanging them: every setting that is read only once, when the gateway starts.</summary>
    public IReadOnlyList<string> Obstacles(GatewayOptions next)
    {
        GatewayOptions now = Current;
        (string Setting, bool Same)[] settings =
        [
            ("listen", now.Address.Equals(next.Address)),
            ("port", now.Port == next.Port),
            ("admin-port", now.AdminPort == next.AdminPort),
            ("admin-listen", now.AdminAddress.Equals(next.AdminAddress)),
            ("admin-key-sha256", (now.AdminKeySha256 ?? default).Span.SequenceEqual((next.AdminKeySha256 ?? default).Span)),
            ("tls", now.Certificate?.Thumbprint == next.Certificate?.Thumbprint),
            ("policies.predict", now.Prediction?.ToString() == next.Prediction?.ToString()),
            ("tokenize", now.Tokenizes == next.Tokenizes),
            ("seed", now.Seed == next.Seed),
            ("health, breaker", now.Health == next.Health),
            ("timeouts.headers", now.HeaderTimeout == next.HeaderTimeout),
            ("timeouts.connect", now.ConnectTimeout == next.ConnectTimeout),
            ("limits.header-bytes", now.MostHeaderBytes == next.MostHeaderBytes),
            ("limits.connections", now.MostConnections == next.MostConnections),
            ("limits.connections-per-backend", now.MostConnectionsPerBackend == next.MostConnectionsPerBackend),
            ("limits.backends", now.MostBackends == next.MostBackends),
            ("discovery", now.DiscoveryInterval == next.DiscoveryInterval
                && now.Sources.Select(source => source.Name).SequenceEqual(next.Sources.Select(source => source.Name))),
        ];
        List<string> obstacles = [.. settings.Where(setting => !setting.Same).Select(setting => $"{setting.Setting}: a change needs a restart")];
        if (next.Backends.Count > next.MostBackends)
        {
            obstacles.Add($"backends: {next.Backends.Count} are more than limits.backends, {next.MostBackends}");
        }

        return obstacles;
    }
}
