using System.Text.Json;

namespace Plimsoll.Gateway.Emulation.Answers;

/// <summary>Chats and completions, which differ in what a choice looks like.</summary>
/// <param name="chats">Whether this is /v1/chat/completions.</param>
internal sealed class ChoicesFormat(bool chats) : AnswerFormat
{
    public override string IdPrefix => chats ? "chatcmpl-" : "cmpl-";

    public override void Whole(Utf8JsonWriter json, Answer answer)
    {
        Start(json, answer, chats ? "chat.completion" : "text_completion");
        json.WriteStartArray("choices");
        foreach (AnswerPart part in answer.Parts)
        {
            json.WriteStartObject();
            json.WriteNumber("index", part.Index);
            if (chats)
            {
                json.WriteStartObject("message");
                json.WriteString("role", "assistant");
                json.WriteString("content", part.TextFrom(0));
                json.WriteEndObject();
            }
            else
            {
                json.WriteString("text", part.TextFrom(0));
            }

            json.WriteNull("logprobs");
            json.WriteString("finish_reason", part.FinishReason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteUsage(json, answer);
        json.WriteEndObject();
    }

    public override void Open(EventWriter events, Answer answer)
    {
        foreach (AnswerPart part in answer.Parts.Where(_ => chats))
        {
            Utf8JsonWriter json = StartChunk(events, answer, part);
            json.WriteStartObject("delta");
            json.WriteString("role", "assistant");
            json.WriteString("content", "");
            json.WriteEndObject();
            EndChunk(events, json, answer, null);
        }
    }

    public override void Continue(EventWriter events, Answer answer, AnswerPart part, int from)
    {
        Utf8JsonWriter json = StartChunk(events, answer, part);
        if (chats)
        {
            json.WriteStartObject("delta");
            json.WriteString("content", part.TextFrom(from));
            json.WriteEndObject();
        }
        else
        {
            json.WriteString("text", part.TextFrom(from));
        }

        EndChunk(events, json, answer, part.FinishReason);
    }

    public override void Close(EventWriter events, Answer answer)
    {
        if (answer.Body.IncludesUsage)
        {
            Utf8JsonWriter json = events.Begin();
            Start(json, answer, ChunkName);
            json.WriteStartArray("choices");
            json.WriteEndArray();
            WriteUsage(json, answer);
            json.WriteEndObject();
            events.End();
        }

        events.Write("data: [DONE]\n\n");
    }

    private string ChunkName => chats ? "chat.completion.chunk" : "text_completion";

    private void Start(Utf8JsonWriter json, Answer answer, string kind)
    {
        json.WriteStartObject();
        json.WriteString("id", IdPrefix + answer.Id);
        json.WriteString("object", kind);
        json.WriteNumber("created", answer.Created);
        json.WriteString("model", answer.Model);
    }

    private Utf8JsonWriter StartChunk(EventWriter events, Answer answer, AnswerPart part)
    {
        Utf8JsonWriter json = events.Begin();
        Start(json, answer, ChunkName);
        json.WriteStartArray("choices");
        json.WriteStartObject();
        json.WriteNumber("index", part.Index);
        return json;
    }

    private static void EndChunk(EventWriter events, Utf8JsonWriter json, Answer answer, string? finishReason)
    {
        json.WriteNull("logprobs");
        json.WriteString("finish_reason", finishReason);
        json.WriteEndObject();
        json.WriteEndArray();
        if (answer.Body.IncludesUsage && answer.Body.RepeatsUsage)
        {
            WriteUsage(json, answer);
        }
        else if (answer.Body.IncludesUsage)
        {
            json.WriteNull("usage");
        }

        json.WriteEndObject();
        events.End();
    }
}
