namespace Plimsoll.Gateway.Emulation.Answers;

/// <summary>An answer in the making.</summary>
/// <param name="Id">Its id, without what its kind puts before.</param>
/// <param name="Created">Seconds since 1970.</param>
/// <param name="Model">The model that answers.</param>
/// <param name="Body">What was asked for.</param>
/// <param name="Parts">One for each sequence.</param>
internal sealed record Answer(string Id, long Created, string Model, CallBody Body, IReadOnlyList<AnswerPart> Parts)
{
    /// <summary>Prompt tokens; each prompt counts once, however many answers it gets.</summary>
    public int PromptTokens => Body.Prompts.Sum(prompt => prompt.Tokens);

    /// <summary>Number of the next event, where events are counted.</summary>
    public int NextEvent { get; set; }

    public int CompletionTokens => Parts.Sum(part => part.Tokens);

    public int CachedTokens => Parts.Where(part => part.Index % Body.Samples == 0).Sum(part => part.CachedTokens);
}
