namespace Plimsoll.Gateway.OpenAi;

/// <summary>A prompt as an engine cuts it into tokens.</summary>
/// <param name="Tokens">How many, from 1.</param>
/// <param name="Hashes">Of its prefixes, first block first.</param>
/// <param name="HashTokens">Tokens that one of them covers.</param>
internal sealed record TokenizedPrompt(int Tokens, ulong[] Hashes, int HashTokens);
