using System.Net;

namespace Plimsoll.LoadGen.Http;

/// <summary>Connections that wait for a request, the last used first, and those that carry one.</summary>
internal sealed class ConnectionPool(Target target, IPEndPoint at) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Stack<Connection> _idle = new();
    private readonly HashSet<Connection> _busy = [];
    private readonly List<Connection> _late = [];
    private bool _closed;

    /// <summary>Connections that were opened.</summary>
    public long Opened { get; private set; }

    /// <summary>Opens some ahead of the first request.</summary>
    public async Task WarmAsync(int connections, CancellationToken stop)
    {
        Connection[] opened = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ =>
            Connection.OpenAsync(target, at, stop))).ConfigureAwait(false);
        lock (_lock)
        {
            Opened += opened.Length;
            Array.ForEach(opened, _idle.Push);
        }
    }

    /// <summary>One that waits; null when there is none.</summary>
    public Connection? TryTake(long deadline)
    {
        lock (_lock)
        {
            if (!_idle.TryPop(out Connection? connection))
            {
                return null;
            }

            connection.Deadline = deadline;
            _busy.Add(connection);
            return connection;
        }
    }

    /// <summary>A new one.</summary>
    public async ValueTask<Connection> OpenAsync(long deadline, CancellationToken stop)
    {
        Connection connection = await Connection.OpenAsync(target, at, stop).ConfigureAwait(false);
        connection.Deadline = deadline;
        lock (_lock)
        {
            Opened++;
            _busy.Add(connection);
            if (!_closed)
            {
                return connection;
            }
        }

        connection.Abort("the run has ended");
        return connection;
    }

    /// <summary>Takes a connection back that may carry another request.</summary>
    public void Return(Connection connection)
    {
        lock (_lock)
        {
            _busy.Remove(connection);
            if (!_closed)
            {
                _idle.Push(connection);
                return;
            }
        }

        connection.Dispose();
    }

    /// <summary>Closes a connection for good.</summary>
    public void Drop(Connection connection)
    {
        lock (_lock)
        {
            _busy.Remove(connection);
        }

        connection.Dispose();
    }

    /// <summary>Breaks those whose deadline has come.</summary>
    public void AbortLate(long now, string reason)
    {
        lock (_lock)
        {
            _late.AddRange(_busy.Where(connection => connection.Deadline <= now));
            _late.ForEach(connection => connection.Abort(reason));
            _late.Clear();
        }
    }

    /// <summary>Breaks all of them, and every one that still opens.</summary>
    public void AbortAll(string reason)
    {
        lock (_lock)
        {
            _closed = true;
            foreach (Connection connection in _busy)
            {
                connection.Abort(reason);
            }

            while (_idle.TryPop(out Connection? idle))
            {
                idle.Dispose();
            }
        }
    }

    public void Dispose() => AbortAll("the run has ended");
}
