using System.Globalization;
using System.Text;
using Plimsoll.Core;

namespace Plimsoll.LoadGen.Prompts;

/// <summary>
/// English words cut to a number of characters, for servers whose tokenizer is not at hand: tokens = added + characters / characters per
/// token, both learned from what the server counted.
/// </summary>
public sealed class CharacterText : PromptText
{
    private static readonly byte[][] Words = [.. (
        "the of and to in is that it for as with on are by this be or from at which an not can have their more when each other how will time system "
        + "model request answer question result case part work order way number line point group level form value change data test rule state step "
        + "path page word text code list table field user team plan goal task note view type size rate cost load queue batch memory server engine "
        + "network process service resource limit total average small large long short first second last next early late high low new old good clear "
        + "simple common possible useful important different similar general specific local global open free full ready stable quick slow direct "
        + "single several many most some few make take give find show use need keep start end run read write build send hold move grow learn help "
        + "think know see say ask allow include provide require follow support consider compare measure improve reduce increase describe explain "
        + "people place world country city water light power energy market price product design method theory example reason problem effect cause "
        + "source term period history story language science nature health food music art book school student").Split(' ').Select(Encoding.ASCII.GetBytes)];

    private readonly double _charactersPerToken;
    private readonly double _added;

    /// <param name="charactersPerToken">Positive.</param>
    /// <param name="added">Tokens that the server adds to every prompt; may be a fraction.</param>
    public CharacterText(double charactersPerToken, double added)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(charactersPerToken);
        (_charactersPerToken, _added) = (charactersPerToken, added);
    }

    /// <inheritdoc/>
    public override string Description => string.Create(
        CultureInfo.InvariantCulture, $"words at {_charactersPerToken:0.###} characters a token and {_added:0.##} tokens added, as the server counted");

    /// <inheritdoc/>
    public override int OwnTokens(int promptTokens) => (int)Math.Max(1, Math.Ceiling(promptTokens - _added));

    /// <inheritdoc/>
    public override void Write(RequestBytes bytes, IReadOnlyList<PromptPart> parts, int promptTokens)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        ArgumentNullException.ThrowIfNull(parts);
        int start = bytes.Length;
        int whole = (int)Math.Max(1, Math.Round((promptTokens - _added) * _charactersPerToken));
        foreach (PromptPart part in parts)
        {
            WriteWords(bytes, part.Seed, Math.Min(whole, CharactersTo(part.To)) - (bytes.Length - start));
        }

        // A prompt that ends in the middle of a part's last token.
        PromptPart last = parts[^1];
        WriteWords(bytes, StableHash.Mix(last.Seed), whole - (bytes.Length - start));
    }

    private int CharactersTo(int token) => (int)(token * _charactersPerToken);

    private static void WriteWords(RequestBytes bytes, ulong seed, int characters)
    {
        if (characters <= 0)
        {
            return;
        }

        int end = bytes.Length + characters;
        for (ulong i = 0; bytes.Length < end; i++)
        {
            bytes.Add(Words[StableHash.Combine(seed, i) % (ulong)Words.Length]);
            bytes.Add(" "u8);
        }

        // Templates trim what they are given: a prompt must not end, nor a part begin, with a blank.
        bytes.CutTo(end - 1);
        bytes.Add("."u8);
    }
}
