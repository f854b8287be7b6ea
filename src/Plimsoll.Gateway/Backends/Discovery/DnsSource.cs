using System.Net;
using System.Net.Sockets;

namespace Plimsoll.Gateway.Backends.Discovery;

/// <summary>Every address that a host name has is a backend, as with a headless service of Kubernetes.</summary>
/// <param name="like">The backend by its host name: scheme, port, key and models are the same for each address.</param>
/// <param name="resolve">Addresses of a name; the system's resolver unless a test says otherwise.</param>
public sealed class DnsSource(Backend like, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null) : IBackendSource
{
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve = resolve ?? Dns.GetHostAddressesAsync;

    /// <inheritdoc/>
    public string Name => like.Name;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Backend>> ReadAsync(CancellationToken stop)
    {
        try
        {
            IPAddress[] addresses = await _resolve(like.Address.IdnHost, stop).ConfigureAwait(false);
            return
            [
                .. addresses.Distinct().Select(BackendAt).OrderBy(backend => backend.Name, StringComparer.Ordinal),
            ];
        }
        catch (SocketException unknown)
        {
            throw new IOException($"{Name}: {unknown.Message}", unknown);
        }
    }

    private Backend BackendAt(IPAddress address)
    {
        var at = new Uri($"{like.Address.Scheme}://{new IPEndPoint(address, like.Address.Port)}{like.Address.AbsolutePath}");
        return like with { Address = at, Name = new BackendAddress(at, like.Rank).Name };
    }
}
