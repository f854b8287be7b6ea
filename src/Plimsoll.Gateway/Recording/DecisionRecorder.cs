using System.Globalization;
using System.Threading.Channels;
using Plimsoll.Gateway.Dispatching;
using Plimsoll.Serving.Dispatch;
using Plimsoll.Serving.Dispatch.Log;

namespace Plimsoll.Gateway.Recording;

/// <summary>
/// Writes the decision log: every input of every dispatcher with what it decided, in files of lines with a checksum, each of which begins
/// with the dispatcher's state. Dispatchers never wait for it: what the disk is too slow for is left out and counted.
/// </summary>
public sealed class DecisionRecorder : IAsyncDisposable
{
    private const int MostWaiting = 1 << 14;
    private const long MostWaitingBytes = 64 << 20;
    private const int WriteBytes = 1 << 16;

    private readonly Channel<Entry> _entries =
        Channel.CreateBounded<Entry>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });

    private readonly DecisionWriter _lines = new();
    private readonly RecordFolder _folder;
    private readonly Action<string> _say;
    private readonly string _started;
    private readonly Task _writing;
    private long _waitingBytes;
    private long _gaps;
    private long _events;
    private int _opened;

    /// <summary>A recorder that waits for dispatchers.</summary>
    /// <param name="folder">Where its files go.</param>
    /// <param name="startedAt">Calendar time, which names this run.</param>
    /// <param name="say">Takes a sentence when the files can no longer be written.</param>
    public DecisionRecorder(RecordFolder folder, DateTimeOffset startedAt, Action<string> say)
    {
        (_folder, _say) = (folder, say);
        _started = startedAt.UtcDateTime.ToString("yyyyMMdd'T'HHmmss.fff'Z'", CultureInfo.InvariantCulture);
        _writing = Task.Run(WriteAllAsync);
    }

    /// <summary>Times that recording was interrupted because the disk was too slow.</summary>
    public long Gaps => Interlocked.Read(ref _gaps);

    /// <summary>Events written.</summary>
    public long Events => Interlocked.Read(ref _events);

    // So much room that what comes next does not make another gap at once.
    internal bool HasRoom => _entries.Reader.Count < MostWaiting / 2 && Interlocked.Read(ref _waitingBytes) < MostWaitingBytes / 2;

    /// <summary>
    /// Somebody who sees what a dispatcher does, from its state as it is now. Dispatchers of one pool may follow each other.
    /// </summary>
    /// <param name="pool">The models that the replicas serve.</param>
    /// <param name="dispatcher">The dispatcher, which nobody else touches now.</param>
    public IDispatchWitness Open(string pool, Dispatcher dispatcher)
    {
        string run = string.Create(CultureInfo.InvariantCulture, $"{_started}-{Interlocked.Increment(ref _opened)}");
        var recorder = new PoolRecorder(this, dispatcher, new PoolLog(pool, run));
        recorder.Begin();
        return recorder;
    }

    /// <summary>Ends when everything handed to it is written. No dispatcher may be at work any more.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_entries.Writer.TryComplete())
        {
            await _writing.ConfigureAwait(false);
            _lines.Dispose();
        }
    }

    internal void CountLost() => Interlocked.Increment(ref _gaps);

    internal bool TryBegin(PoolLog log, DecisionLogHead head, DispatcherState state) =>
        TryHand(new Entry(log, head, state, null, 4096 + (13L * (state.Prefixes?.Hashes.Length ?? 0)) + (256L * state.Queued.Length)));

    internal bool TryWrite(PoolLog log, DecisionEvent decided) =>
        TryHand(new Entry(log, null, null, decided, 400 + (8L * HashesIn(decided.Input))));

    private static int HashesIn(in DispatchInput input) => input.Request.Details?.PrefixHashArray.Length ?? input.Prefixes?.Length ?? 0;

    private bool TryHand(in Entry entry)
    {
        if (Interlocked.Add(ref _waitingBytes, entry.Bytes) <= MostWaitingBytes && _entries.Writer.TryWrite(entry))
        {
            return true;
        }

        Interlocked.Add(ref _waitingBytes, -entry.Bytes);
        return false;
    }

    private async Task WriteAllAsync()
    {
        HashSet<PoolLog> logs = [];
        while (await _entries.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (_entries.Reader.TryRead(out Entry entry))
            {
                logs.Add(entry.Log);
                Take(entry);
                Interlocked.Add(ref _waitingBytes, -entry.Bytes);
            }

            foreach (PoolLog log in logs)
            {
                Write(log);
            }
        }

        foreach (PoolLog log in logs)
        {
            Close(log);
        }
    }

    private void Take(in Entry entry)
    {
        PoolLog log = entry.Log;
        if (log.Stopped)
        {
            return;
        }

        if (entry.Head is { } head)
        {
            Write(log);
            Close(log);
            _lines.Append(log.Pending, head, entry.State!);
        }
        else
        {
            _lines.Append(log.Pending, entry.Decided!);
            Interlocked.Increment(ref _events);
        }

        if (log.Pending.WrittenCount >= WriteBytes)
        {
            Write(log);
        }
    }

    private void Write(PoolLog log)
    {
        if (log.Stopped || log.Pending.WrittenCount == 0)
        {
            return;
        }

        try
        {
            log.File ??= _folder.Create("decisions", "log");
            log.File.Write(log.Pending.WrittenSpan);
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException)
        {
            log.Stop();
            Close(log);
            _say($"decisions are no longer recorded: {broken.Message}");
        }

        bool wasFull = log.WrittenBytes >= _folder.FileBytes;
        log.WrittenBytes += log.Pending.WrittenCount;
        log.Pending.ResetWrittenCount();
        if (!wasFull && log.WrittenBytes >= _folder.FileBytes)
        {
            log.SetFull();
        }
    }

    private void Close(PoolLog log)
    {
        if (log.File is { } file)
        {
            _folder.Close(file);
        }

        (log.File, log.WrittenBytes) = (null, 0);
    }

    private readonly record struct Entry(PoolLog Log, DecisionLogHead? Head, DispatcherState? State, DecisionEvent? Decided, long Bytes);
}
