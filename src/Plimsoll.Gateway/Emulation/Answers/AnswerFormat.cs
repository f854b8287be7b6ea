using System.Text.Json;

namespace Plimsoll.Gateway.Emulation.Answers;

/// <summary>How one API writes answers.</summary>
internal abstract class AnswerFormat
{
    /// <summary>What stands before an answer's id.</summary>
    public abstract string IdPrefix { get; }

    /// <summary>Whether the model writes text; if not, it computes the prompt and no more.</summary>
    public virtual bool Generates => true;

    /// <summary>The whole answer.</summary>
    public abstract void Whole(Utf8JsonWriter json, Answer answer);

    /// <summary>What comes before the first token of all.</summary>
    public virtual void Open(EventWriter events, Answer answer)
    {
    }

    /// <summary>New tokens of a part, those from <paramref name="from"/> on, and its end if it has ended.</summary>
    public abstract void Continue(EventWriter events, Answer answer, AnswerPart part, int from);

    /// <summary>What comes after the last token of all.</summary>
    public abstract void Close(EventWriter events, Answer answer);

    /// <summary>Writes the usage of completions and chats.</summary>
    protected static void WriteUsage(Utf8JsonWriter json, Answer answer)
    {
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", answer.PromptTokens);
        json.WriteNumber("completion_tokens", answer.CompletionTokens);
        json.WriteNumber("total_tokens", answer.PromptTokens + answer.CompletionTokens);
        json.WriteStartObject("prompt_tokens_details");
        json.WriteNumber("cached_tokens", answer.CachedTokens);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
