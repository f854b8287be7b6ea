using System.Net;
using System.Net.Sockets;

namespace Plimsoll.Wire.Tests.Zmtp;

/// <summary>Two ends of one connection on this machine.</summary>
internal sealed class Wires : IDisposable
{
    private readonly TcpClient _near;
    private readonly TcpClient _far;

    private Wires(TcpClient near, TcpClient far) => (_near, _far) = (near, far);

    public Stream Near => _near.GetStream();

    public Stream Far => _far.GetStream();

    public static async Task<Wires> OpenAsync(CancellationToken stop)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var near = new TcpClient();
        await near.ConnectAsync((IPEndPoint)listener.LocalEndpoint, stop);
        return new Wires(near, await listener.AcceptTcpClientAsync(stop));
    }

    public void CloseFar() => _far.Close();

    public void Dispose()
    {
        _near.Dispose();
        _far.Dispose();
    }
}
