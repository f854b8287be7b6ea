using System.Globalization;
using System.Text;
using Plimsoll.Core;
using Plimsoll.LoadGen.Tokenizers;

namespace Plimsoll.LoadGen.Prompts;

/// <summary>Words that are one token each in the server's tokenizer, so that a prompt has exactly as many tokens as it should.</summary>
public sealed class TokenizedText : PromptText
{
    private readonly byte[][] _firstWords;
    private readonly byte[][] _words;
    private readonly int _added;

    /// <param name="tokenizer">The server's.</param>
    /// <param name="added">Tokens that the server adds to every prompt, such as those of a template; from 0.</param>
    /// <exception cref="InvalidDataException">The tokenizer has no words that are one token each.</exception>
    public TokenizedText(BytePairTokenizer tokenizer, int added)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentOutOfRangeException.ThrowIfNegative(added);
        _added = added;
        _words = [.. tokenizer.WholeWords(afterBlank: true).Select(Encoding.ASCII.GetBytes)];
        _firstWords = [.. tokenizer.WholeWords(afterBlank: false).Select(Encoding.ASCII.GetBytes)];
        if (_words.Length == 0 || _firstWords.Length == 0)
        {
            throw new InvalidDataException("the tokenizer has no words that are one token each, with and without a blank before them");
        }
    }

    /// <inheritdoc/>
    public override string Description =>
        string.Create(CultureInfo.InvariantCulture,
            $"{_words.Length:#,0} words of one token each by the tokenizer, and {_added} tokens added by the server");

    /// <inheritdoc/>
    public override int OwnTokens(int promptTokens) => Math.Max(1, promptTokens - _added);

    /// <inheritdoc/>
    public override void Write(RequestBytes bytes, IReadOnlyList<PromptPart> parts, int promptTokens)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        ArgumentNullException.ThrowIfNull(parts);
        foreach (PromptPart part in parts)
        {
            for (int token = part.From; token < part.To; token++)
            {
                // Templates trim what they are given: the first word has no blank before it.
                byte[][] words = token == 0 ? _firstWords : _words;
                bytes.Add(words[StableHash.Combine(part.Seed, (ulong)(token - part.From)) % (ulong)words.Length]);
            }
        }
    }
}
