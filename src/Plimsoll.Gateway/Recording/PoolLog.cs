using System.Buffers;

namespace Plimsoll.Gateway.Recording;

/// <summary>The file in which the decisions of one dispatcher are written now. The writer's, but for the two flags.</summary>
internal sealed class PoolLog(string pool, string run)
{
    private int _full;
    private volatile bool _stopped;

    public string Pool => pool;

    public string Run => run;

    /// <summary>What is not in the file yet.</summary>
    public ArrayBufferWriter<byte> Pending { get; } = new(1 << 16);

    public FileStream? File { get; set; }

    public long WrittenBytes { get; set; }

    /// <summary>The file could not be written; nothing more is.</summary>
    public bool Stopped => _stopped;

    public void Stop() => _stopped = true;

    /// <summary>The file is as long as it shall be.</summary>
    public void SetFull() => Volatile.Write(ref _full, 1);

    /// <summary>Whether it is, for one to act on.</summary>
    public bool TakeFull() => Volatile.Read(ref _full) == 1 && Interlocked.Exchange(ref _full, 0) == 1;
}
