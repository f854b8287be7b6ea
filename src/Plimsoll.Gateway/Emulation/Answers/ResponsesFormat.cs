using System.Text.Json;

namespace Plimsoll.Gateway.Emulation.Answers;

/// <summary>/v1/responses with text: one message, and a stream of named events about it.</summary>
internal sealed class ResponsesFormat : AnswerFormat
{
    public override string IdPrefix => "resp_";

    public override void Whole(Utf8JsonWriter json, Answer answer) => WriteResponse(json, answer, isComplete: true);

    public override void Open(EventWriter events, Answer answer)
    {
        Utf8JsonWriter json = Start(events, answer, "response.created");
        json.WritePropertyName("response");
        WriteResponse(json, answer, isComplete: false);
        End(events, json);

        json = Start(events, answer, "response.output_item.added");
        json.WriteNumber("output_index", 0);
        json.WritePropertyName("item");
        WriteItem(json, answer, isComplete: false);
        End(events, json);

        json = StartContent(events, answer, "response.content_part.added");
        json.WritePropertyName("part");
        WritePart(json, "");
        End(events, json);
    }

    public override void Continue(EventWriter events, Answer answer, AnswerPart part, int from)
    {
        Utf8JsonWriter json = StartContent(events, answer, "response.output_text.delta");
        json.WriteString("delta", part.TextFrom(from));
        End(events, json);
    }

    public override void Close(EventWriter events, Answer answer)
    {
        Utf8JsonWriter json = StartContent(events, answer, "response.output_text.done");
        json.WriteString("text", answer.Parts[0].TextFrom(0));
        End(events, json);

        json = StartContent(events, answer, "response.content_part.done");
        json.WritePropertyName("part");
        WritePart(json, answer.Parts[0].TextFrom(0));
        End(events, json);

        json = Start(events, answer, "response.output_item.done");
        json.WriteNumber("output_index", 0);
        json.WritePropertyName("item");
        WriteItem(json, answer, isComplete: true);
        End(events, json);

        json = Start(events, answer, answer.Parts[0].FinishReason == "stop" ? "response.completed" : "response.incomplete");
        json.WritePropertyName("response");
        WriteResponse(json, answer, isComplete: true);
        End(events, json);
    }

    private static Utf8JsonWriter Start(EventWriter events, Answer answer, string name)
    {
        Utf8JsonWriter json = events.Begin(name);
        json.WriteStartObject();
        json.WriteString("type", name);
        json.WriteNumber("sequence_number", answer.NextEvent++);
        return json;
    }

    private static Utf8JsonWriter StartContent(EventWriter events, Answer answer, string name)
    {
        Utf8JsonWriter json = Start(events, answer, name);
        json.WriteString("item_id", "msg_" + answer.Id);
        json.WriteNumber("output_index", 0);
        json.WriteNumber("content_index", 0);
        return json;
    }

    private static void End(EventWriter events, Utf8JsonWriter json)
    {
        json.WriteEndObject();
        events.End();
    }

    private void WriteResponse(Utf8JsonWriter json, Answer answer, bool isComplete)
    {
        bool isCut = isComplete && answer.Parts[0].FinishReason == "length";
        json.WriteStartObject();
        json.WriteString("id", IdPrefix + answer.Id);
        json.WriteString("object", "response");
        json.WriteNumber("created_at", answer.Created);
        json.WriteString("status", !isComplete ? "in_progress" : isCut ? "incomplete" : "completed");
        json.WriteString("model", answer.Model);
        json.WriteNull("error");
        if (isCut)
        {
            json.WriteStartObject("incomplete_details");
            json.WriteString("reason", "max_output_tokens");
            json.WriteEndObject();
        }

        json.WriteStartArray("output");
        if (isComplete)
        {
            WriteItem(json, answer, isComplete);
        }

        json.WriteEndArray();
        if (isComplete)
        {
            WriteTokens(json, answer);
        }

        json.WriteEndObject();
    }

    private static void WriteTokens(Utf8JsonWriter json, Answer answer)
    {
        json.WriteStartObject("usage");
        json.WriteNumber("input_tokens", answer.PromptTokens);
        json.WriteStartObject("input_tokens_details");
        json.WriteNumber("cached_tokens", answer.CachedTokens);
        json.WriteEndObject();
        json.WriteNumber("output_tokens", answer.CompletionTokens);
        json.WriteStartObject("output_tokens_details");
        json.WriteNumber("reasoning_tokens", 0);
        json.WriteEndObject();
        json.WriteNumber("total_tokens", answer.PromptTokens + answer.CompletionTokens);
        json.WriteEndObject();
    }

    private static void WriteItem(Utf8JsonWriter json, Answer answer, bool isComplete)
    {
        json.WriteStartObject();
        json.WriteString("type", "message");
        json.WriteString("id", "msg_" + answer.Id);
        json.WriteString("status", isComplete ? "completed" : "in_progress");
        json.WriteString("role", "assistant");
        json.WriteStartArray("content");
        if (isComplete)
        {
            WritePart(json, answer.Parts[0].TextFrom(0));
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WritePart(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject();
        json.WriteString("type", "output_text");
        json.WriteString("text", text);
        json.WriteStartArray("annotations");
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
