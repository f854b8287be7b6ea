using System.IO.Pipelines;
using System.Text;
using System.Text.Json;

namespace Plimsoll.Gateway.Emulation.Answers;

/// <summary>Writes server-sent events with JSON in them; they leave when the pipe is flushed.</summary>
internal sealed class EventWriter(PipeWriter pipe) : IDisposable
{
    private readonly Utf8JsonWriter _json = new(pipe);

    /// <summary>Begins an event; its data is one JSON value, and <see cref="End"/> follows.</summary>
    public Utf8JsonWriter Begin(string? name = null)
    {
        if (name is not null)
        {
            Write("event: ");
            Write(name);
            Write("\n");
        }

        Write("data: ");
        _json.Reset(pipe);
        return _json;
    }

    public void End()
    {
        _json.Flush();
        Write("\n\n");
    }

    /// <summary>Writes text as it is.</summary>
    public void Write(string text) => Encoding.UTF8.GetBytes(text, pipe);

    public ValueTask<FlushResult> FlushAsync(CancellationToken stop) => pipe.FlushAsync(stop);

    public void Dispose() => _json.Dispose();
}
