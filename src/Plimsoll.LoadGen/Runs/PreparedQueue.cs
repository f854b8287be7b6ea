using System.Diagnostics.CodeAnalysis;

namespace Plimsoll.LoadGen.Runs;

/// <summary>
/// Requests written ahead of their time by a thread of their own, so that nothing but sending is left when the time comes. Holds so many
/// and so many bytes at most.
/// </summary>
internal sealed class PreparedQueue(int mostRequests, long mostBytes)
{
    private readonly Queue<PreparedRequest> _queue = new();
    private readonly object _lock = new();
    private long _bytes;
    private bool _complete;

    /// <summary>Adds one, waiting for room; false when nobody wants more.</summary>
    public bool Add(in PreparedRequest request)
    {
        lock (_lock)
        {
            while (!_complete && _queue.Count > 0 && (_queue.Count >= mostRequests || _bytes + request.Bytes.Length > mostBytes))
            {
                Monitor.Wait(_lock);
            }

            if (_complete)
            {
                return false;
            }

            _queue.Enqueue(request);
            _bytes += request.Bytes.Length;
            Monitor.PulseAll(_lock);
            return true;
        }
    }

    /// <summary>The next one, waiting for it; false when there will be none.</summary>
    public bool Take([MaybeNullWhen(false)] out PreparedRequest request)
    {
        lock (_lock)
        {
            while (_queue.Count == 0 && !_complete)
            {
                Monitor.Wait(_lock);
            }

            bool found = _queue.TryDequeue(out request);
            if (found)
            {
                _bytes -= request.Bytes.Length;
                if (_queue.Count <= mostRequests / 2)
                {
                    Monitor.PulseAll(_lock);
                }
            }

            return found;
        }
    }

    /// <summary>No more come; those that are there can still be taken.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _complete = true;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Nobody takes any more.</summary>
    public void Abandon()
    {
        lock (_lock)
        {
            _queue.Clear();
            _bytes = 0;
            Complete();
        }
    }
}
