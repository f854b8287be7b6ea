using System.Net;
using System.Net.Sockets;
using Plimsoll.Gateway.Backends;
using Plimsoll.Gateway.Backends.Discovery;

namespace Plimsoll.Gateway.Tests.Backends.Discovery;

/// <summary>What a file and a name server say of backends.</summary>
public sealed class SourceTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task A_file_has_one_backend_a_line()
    {
        await File.WriteAllTextAsync(_file, "# engines\n\n http://a:8000 \nhttp://b:8000#2\n", Stop);

        IReadOnlyList<Backend> backends = await new FileSource(_file).ReadAsync(Stop);

        Assert.Equal([("a:8000", null), ("b:8000#2", 2)], backends.Select(backend => (backend.Name, backend.Rank)));
    }

    [Fact]
    public async Task Every_wrong_line_is_named_and_none_counts()
    {
        await File.WriteAllTextAsync(_file, "http://a:8000\nftp://b\nhttp://a:8000\n", Stop);

        IOException wrong = await Assert.ThrowsAsync<IOException>(() => new FileSource(_file).ReadAsync(Stop));

        Assert.Contains(":2: 'ftp://b'", wrong.Message, StringComparison.Ordinal);
        Assert.Contains(":3: 'a:8000' is given twice", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_address_of_a_name_is_a_backend()
    {
        var like = new Backend(0, "engines:8000", new Uri("http://engines:8000/base"), "key", Models: ["m"]);
        var source = new DnsSource(like, (host, _) => Task.FromResult(
            host == "engines" ? new[] { "10.0.0.2", "10.0.0.1", "10.0.0.2", "fd00::1" }.Select(IPAddress.Parse).ToArray() : []));

        IReadOnlyList<Backend> backends = await source.ReadAsync(Stop);

        Assert.Equal(["10.0.0.1:8000", "10.0.0.2:8000", "[fd00::1]:8000"], backends.Select(backend => backend.Name));
        Assert.Equal("http://[fd00::1]:8000/base", backends[2].Address.AbsoluteUri);
        Assert.All(backends, backend => Assert.Equal("key", backend.ApiKey));
    }

    [Fact]
    public async Task A_name_server_that_is_away_takes_nothing_away()
    {
        bool away = false;
        List<int> told = [];
        List<string> troubles = [];
        var asked = new SemaphoreSlim(0);
        var source = new DnsSource(new Backend(0, "e:1", new Uri("http://e:1")), (_, _) =>
        {
            asked.Release();
            return away ? throw new SocketException((int)SocketError.TryAgain) : Task.FromResult<IPAddress[]>([IPAddress.Parse("10.0.0.1")]);
        });
        await using (new BackendDiscovery([source], TimeSpan.FromMilliseconds(1), backends => told.Add(backends.Count), troubles.Add, TimeProvider.System))
        {
            await asked.WaitAsync(Stop);
            await asked.WaitAsync(Stop);
            away = true;
            for (int i = 0; i < 4; i++)
            {
                await asked.WaitAsync(Stop);
            }
        }

        Assert.Equal([1], told);
        Assert.Single(troubles);
    }
}
