using System.Globalization;
using System.Text;
using System.Text.Json;
using Plimsoll.LoadGen.Prompts;
using Plimsoll.LoadGen.Tokenizers;

namespace Plimsoll.LoadGen.Servers;

/// <summary>Finds out with a few trial prompts how the server counts tokens, so that prompts get the lengths they should have.</summary>
public sealed class PromptCalibration
{
    private const int ShortWords = 40;
    private const int LongWords = 240;
    private const int ShortCharacters = 1_000;
    private const int LongCharacters = 6_000;

    private readonly ServerAccess _server;
    private readonly string _model;
    private readonly bool _chat;
    private readonly string _extra;
    private readonly ulong _seed;

    /// <param name="server">The server.</param>
    /// <param name="model">Model asked for.</param>
    /// <param name="chat">Whether to chat; else to complete.</param>
    /// <param name="extraFields">More fields of the body, as in <see cref="RequestWriter"/>.</param>
    /// <param name="seed">Root of all text.</param>
    public PromptCalibration(ServerAccess server, string model, bool chat, string extraFields, ulong seed) =>
        (_server, _model, _chat, _extra, _seed) = (server, model, chat, extraFields, seed);

    /// <summary>Token numbers, once the server has shown that it takes them and counts each as one.</summary>
    /// <exception cref="ServerProblemException">It does not.</exception>
    public async Task<PromptText> NumbersAsync(CancellationToken stop)
    {
        var numbers = new TokenNumbers();
        int? counted = await CountAsync(numbers, ShortWords, stop).ConfigureAwait(false);
        return counted is null or ShortWords
            ? numbers
            : throw new ServerProblemException($"the server counts {counted} tokens in a prompt of {ShortWords} token numbers; leave --token-ids out");
    }

    /// <summary>
    /// Words of one token each by the tokenizer; the server's count tells what it adds, and whether the tokenizer is its own.
    /// </summary>
    /// <exception cref="ServerProblemException">The tokenizer is not the server's.</exception>
    /// <exception cref="InvalidDataException">The tokenizer has no words that are one token each.</exception>
    public async Task<PromptText> TokenizedAsync(BytePairTokenizer tokenizer, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        var words = new TokenizedText(tokenizer, 0);
        int? shorter = await CountAsync(words, ShortWords, stop).ConfigureAwait(false);
        int? longer = await CountAsync(words, LongWords, stop).ConfigureAwait(false);
        if (shorter is null || longer is null)
        {
            return new TokenizedText(tokenizer, _chat ? 0 : tokenizer.AddedTokens);
        }

        int added = shorter.Value - ShortWords;
        return added >= 0 && longer - LongWords == added
            ? new TokenizedText(tokenizer, added)
            : throw new ServerProblemException(
                $"the tokenizer is not the server's: prompts of {ShortWords} and {LongWords} tokens were counted as {shorter} and {longer}");
    }

    /// <summary>Words by characters; from two counts follow the characters of a token and the tokens that the server adds.</summary>
    /// <param name="charactersPerToken">Known already; null to learn it.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="ServerProblemException">The server does not count, and nothing is known.</exception>
    public async Task<PromptText> CharactersAsync(double? charactersPerToken, CancellationToken stop)
    {
        var characters = new CharacterText(1, 0);
        int? shorter = await CountAsync(characters, ShortCharacters, stop).ConfigureAwait(false);
        if (charactersPerToken is { } known)
        {
            return new CharacterText(known, shorter is { } one ? Math.Max(0, one - (ShortCharacters / known)) : 0);
        }

        int? longer = await CountAsync(characters, LongCharacters, stop).ConfigureAwait(false);
        if (shorter is null || longer is null || longer <= shorter)
        {
            throw new ServerProblemException("the server does not count prompt tokens (there is no usage in its answers); give --chars-per-token or --tokenizer");
        }

        double ratio = (double)(LongCharacters - ShortCharacters) / (longer.Value - shorter.Value);
        return new CharacterText(ratio, Math.Max(0, shorter.Value - (ShortCharacters / ratio)));
    }

    private async Task<int?> CountAsync(PromptText text, int tokens, CancellationToken stop)
    {
        using var prompt = new RequestBytes();
        text.Write(prompt, [new PromptPart(_seed, 0, tokens)], tokens);
        string model = JsonSerializer.Serialize(_model);
        string content = _chat ? $"\"messages\":[{{\"role\":\"user\",\"content\":\"{prompt}\"}}]" : text.IsNumbers
            ? $"\"prompt\":[{prompt}]" : $"\"prompt\":\"{prompt}\"";
        var body = new StringBuilder();
        body.Append(CultureInfo.InvariantCulture, $"{{\"model\":{model},{content},\"max_tokens\":1,\"stream\":false");
        body.Append(_extra.Length > 0 ? "," + _extra : "").Append('}');
        return await _server.CountAsync(body.ToString(), _chat, stop).ConfigureAwait(false);
    }
}
