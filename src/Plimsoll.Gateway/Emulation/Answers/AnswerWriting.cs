using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace Plimsoll.Gateway.Emulation.Answers;

/// <summary>Writes one answer as its tokens come, with the fault it is to have.</summary>
internal sealed class AnswerWriting(HttpContext context, AnswerFormat format, Answer answer, RequestFault fault, FaultSwitch faults)
{
    private const string Garbage = "\u0001\u0002{]\"choices\": <<< 0xDEADBEEF \uFFFD\uFFFD";

    private readonly CancellationToken _stop = context.RequestAborted;

    /// <summary>Whether the connection is to break without an end.</summary>
    public bool WasCut { get; private set; }

    public async Task WholeAsync(ChannelReader<EmulatedEvent> events)
    {
        while (!WasCut && await events.WaitToReadAsync(_stop))
        {
            while (!WasCut && events.TryRead(out EmulatedEvent told))
            {
                Note(told);
            }
        }

        if (WasCut)
        {
            return;
        }

        context.Response.ContentType = "application/json";
        if (fault == RequestFault.Garbage)
        {
            await context.Response.WriteAsync(Garbage, Encoding.UTF8, _stop);
            return;
        }

        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            format.Whole(json, answer);
        }

        context.Response.ContentLength = bytes.WrittenCount;
        await context.Response.BodyWriter.WriteAsync(bytes.WrittenMemory, _stop);
    }

    public async Task StreamAsync(ChannelReader<EmulatedEvent> events)
    {
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        context.Response.Headers.CacheControl = "no-cache";
        await context.Response.StartAsync(_stop);
        await context.Response.BodyWriter.FlushAsync(_stop);
        using var writer = new EventWriter(context.Response.BodyWriter);
        bool opened = false;
        while (!WasCut && await events.WaitToReadAsync(_stop))
        {
            while (!WasCut && events.TryRead(out EmulatedEvent told))
            {
                int from = Note(told);
                if (WasCut)
                {
                    break;
                }

                if (!opened)
                {
                    format.Open(writer, answer);
                    opened = true;
                }

                Continue(writer, answer.Parts[told.Index], from);
            }

            await writer.FlushAsync(_stop);
        }

        if (!WasCut)
        {
            format.Close(writer, answer);
            await writer.FlushAsync(_stop);
        }
    }

    private void Continue(EventWriter writer, AnswerPart part, int from)
    {
        if (fault == RequestFault.Garbage)
        {
            writer.Write($"data: {Garbage}\n\n");
        }
        else
        {
            format.Continue(writer, answer, part, from);
        }
    }

    // Returns how many tokens the part had before.
    private int Note(in EmulatedEvent told)
    {
        bool breaks = fault == RequestFault.Cut && told.Tokens > faults.Now.CutAfterTokens;
        WasCut = WasCut || breaks || told.Kind == EmulatedEventKind.Lost;
        if (told.Kind == EmulatedEventKind.Lost)
        {
            return 0;
        }

        AnswerPart part = answer.Parts[told.Index];
        int before = part.Tokens;
        part.Tokens = told.Tokens;
        part.HasEnded = told.Kind == EmulatedEventKind.Ended;
        part.CachedTokens = told.CachedTokens;
        return before;
    }
}
