using System.Collections.Concurrent;
using Plimsoll.Core;
using Plimsoll.Workloads;

namespace Plimsoll.Simulation;

/// <summary>
/// Reads a source ahead on a thread of its own, a few blocks at a time, so that generating or parsing and simulating overlap. What
/// comes out is what the source gives, in order.
/// </summary>
public sealed class PrefetchingSource : IRequestSource, IDisposable
{
    private const int BlockRequests = 4096;
    private const int BlocksAhead = 4;

    private readonly BlockingCollection<InferenceRequest[]> _full = new(BlocksAhead);
    private readonly ConcurrentQueue<InferenceRequest[]> _empty = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _reader;
    private InferenceRequest[] _block = [];
    private int _next;

    /// <summary>Starts to read <paramref name="source"/>, which nobody else may use from now on.</summary>
    public PrefetchingSource(IRequestSource source) => _reader = Task.Run(() => ReadAhead(source));

    /// <inheritdoc/>
    public int Read(Span<InferenceRequest> buffer)
    {
        if (_next == _block.Length && !buffer.IsEmpty && !NextBlock())
        {
            return 0;
        }

        int count = Math.Min(buffer.Length, _block.Length - _next);
        _block.AsSpan(_next, count).CopyTo(buffer);
        _next += count;
        return count;
    }

    /// <summary>Stops reading ahead. The source may not be at its end.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _reader.ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
        _full.Dispose();
        _stop.Dispose();
    }

    private bool NextBlock()
    {
        if (_block.Length == BlockRequests)
        {
            _empty.Enqueue(_block);
        }

        _next = 0;
        if (_full.TryTake(out InferenceRequest[]? block, Timeout.Infinite))
        {
            _block = block;
            return true;
        }

        _block = [];
        _reader.GetAwaiter().GetResult();
        return false;
    }

    private void ReadAhead(IRequestSource source)
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                InferenceRequest[] block = _empty.TryDequeue(out InferenceRequest[]? used) ? used : new InferenceRequest[BlockRequests];
                int count = Fill(source, block);
                if (count == 0)
                {
                    return;
                }

                _full.Add(count == block.Length ? block : block[..count], _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Whoever asked for the requests has stopped asking.
        }
        finally
        {
            _full.CompleteAdding();
        }
    }

    private static int Fill(IRequestSource source, InferenceRequest[] block)
    {
        int count = 0;
        int read;
        while (count < block.Length && (read = source.Read(block.AsSpan(count))) > 0)
        {
            count += read;
        }

        return count;
    }
}
