namespace Plimsoll.Calibration.Profiles;

/// <summary>A request to a live engine as the client saw it.</summary>
/// <param name="SentSeconds">When it was sent, from the start of the run.</param>
/// <param name="PromptTokens">Tokens of its prompt.</param>
/// <param name="OutputTokens">Tokens of its answer.</param>
/// <param name="TtftSeconds">Time to the first token, from <paramref name="SentSeconds"/>.</param>
/// <param name="EndToEndSeconds">Time to the last token, from <paramref name="SentSeconds"/>.</param>
/// <param name="File">File it was read from.</param>
/// <param name="Line">Line of the file.</param>
public readonly record struct RequestRecord(
    double SentSeconds, long PromptTokens, long OutputTokens, double TtftSeconds, double EndToEndSeconds, string File, int Line);
