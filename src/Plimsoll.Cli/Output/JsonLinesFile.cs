using System.Buffers;
using System.Text.Json;
using System.Threading.Channels;

namespace Plimsoll.Cli.Output;

/// <summary>
/// Writes one JSON object a line. Whoever has something to say never waits: where the file is too slow, lines are dropped and counted.
/// </summary>
internal abstract class JsonLinesFile<T> : IAsyncDisposable
{
    private const int MostWaiting = 10_000;

    private readonly Channel<T> _records = Channel.CreateBounded<T>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly Stream _to;
    private readonly string _name;
    private readonly Task _writing;
    private long _dropped;

    /// <summary>Starts to write.</summary>
    /// <param name="to">Where to; disposed with this.</param>
    /// <param name="name">What to call it when lines are lost.</param>
    protected JsonLinesFile(Stream to, string name)
    {
        (_to, _name) = (to, name);
        _writing = Task.Run(WriteAllAsync);
    }

    public async ValueTask DisposeAsync()
    {
        _records.Writer.TryComplete();
        await _writing.ConfigureAwait(false);
        await _to.DisposeAsync().ConfigureAwait(false);
        if (_dropped > 0)
        {
            Terminal.Say($"{_name} lacks {_dropped:#,0} lines: its file was too slow");
        }
    }

    protected void Add(T record)
    {
        if (!_records.Writer.TryWrite(record))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    protected abstract void Write(Utf8JsonWriter json, T record);

    private async Task WriteAllAsync()
    {
        var lines = new ArrayBufferWriter<byte>();
        while (await _records.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (lines.WrittenCount < 1 << 16 && _records.Reader.TryRead(out T? record))
            {
                Append(lines, record);
            }

            try
            {
                await _to.WriteAsync(lines.WrittenMemory).ConfigureAwait(false);
                await _to.FlushAsync().ConfigureAwait(false);
            }
            catch (IOException)
            {
                Interlocked.Increment(ref _dropped);
            }

            lines.ResetWrittenCount();
        }
    }

    private void Append(ArrayBufferWriter<byte> lines, T record)
    {
        using (var json = new Utf8JsonWriter(lines))
        {
            json.WriteStartObject();
            Write(json, record);
            json.WriteEndObject();
        }

        lines.Write("\n"u8);
    }
}
