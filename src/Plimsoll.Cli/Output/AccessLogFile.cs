using System.Buffers;
using System.Text.Json;
using System.Threading.Channels;
using Plimsoll.Gateway.Observing;

namespace Plimsoll.Cli.Output;

/// <summary>
/// Writes the access log, one JSON object a line. Requests never wait for it: where the disk is too slow, lines are dropped and counted.
/// </summary>
internal sealed class AccessLogFile : IAccessLog, IAsyncDisposable
{
    private const int MostWaiting = 10_000;

    private readonly Channel<AccessRecord> _records =
        Channel.CreateBounded<AccessRecord>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });

    private readonly Stream _to;
    private readonly Task _writing;
    private long _dropped;

    public AccessLogFile(Stream to)
    {
        _to = to;
        _writing = Task.Run(WriteAllAsync);
    }

    public void Write(AccessRecord record)
    {
        if (!_records.Writer.TryWrite(record))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _records.Writer.TryComplete();
        await _writing.ConfigureAwait(false);
        await _to.DisposeAsync().ConfigureAwait(false);
        if (_dropped > 0)
        {
            Terminal.Say($"the access log lacks {_dropped:#,0} lines: its file was too slow");
        }
    }

    private async Task WriteAllAsync()
    {
        var lines = new ArrayBufferWriter<byte>();
        while (await _records.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (lines.WrittenCount < 1 << 16 && _records.Reader.TryRead(out AccessRecord? record))
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

    private static void Append(ArrayBufferWriter<byte> lines, AccessRecord record)
    {
        using (var json = new Utf8JsonWriter(lines))
        {
            json.WriteStartObject();
            json.WriteString("at", record.At);
            json.WriteString("path", record.Path);
            json.WriteString("model", record.Model);
            json.WriteNumber("status", record.Status);
            json.WriteString("outcome", record.Outcome.ToString().ToLowerInvariant());
            json.WriteString("reason", record.Reason);
            json.WriteString("replica", record.Replica);
            json.WriteNumber("attempts", record.Attempts);
            json.WriteBoolean("streams", record.Streams);
            Number(json, "queue_seconds", record.QueueSeconds);
            Number(json, "first_token_seconds", record.FirstTokenSeconds);
            json.WriteNumber("total_seconds", record.TotalSeconds);
            Number(json, "prompt_tokens", record.PromptTokens);
            Number(json, "output_tokens", record.OutputTokens);
            json.WriteEndObject();
        }

        lines.Write("\n"u8);
    }

    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } known)
        {
            json.WriteNumber(name, known);
        }
    }
}
