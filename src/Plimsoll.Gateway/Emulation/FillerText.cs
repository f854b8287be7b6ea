using System.Text;
using Plimsoll.Core;

namespace Plimsoll.Gateway.Emulation;

/// <summary>
/// What an emulated model writes: plausible words, each about one token of a real one; a full stop or a comma is a token of its own. Every
/// token follows from the seed and its place, so that a text can be made in any pieces.
/// </summary>
internal static class FillerText
{
    private const ulong StopsOneIn = 14;
    private const ulong CommasOneIn = 17;

    private static readonly string[] Words = (
        "the of and to in is that it for as with on are by this be or from at which an not can have their more when each other how will "
        + "time system model request answer question result case part work order way number line point group level form value change "
        + "data test rule state step path page word text code list table field user team plan goal task note view type size rate cost "
        + "load queue batch token memory cache server engine network process service resource limit total average small large long short "
        + "first second last next early late high low new old good clear simple common possible useful important different similar "
        + "general specific local global open free full ready stable steady quick slow careful direct single several many most some few "
        + "make take give find show use need keep start end run read write build send hold move grow learn help think know see say ask "
        + "allow include provide require follow support consider compare measure improve reduce increase describe explain suggest mean "
        + "however therefore because although while since before after during between within without through across about above below "
        + "only also often usually sometimes always never rather quite almost enough well together instead further again here there then "
        + "people place world country city water light power energy market price product design method theory example reason problem "
        + "effect cause source level term period history story language science nature health food music art book school student").Split(' ');

    /// <summary>Tokens <paramref name="from"/> to <paramref name="to"/>, that one not included.</summary>
    /// <param name="seed">Of this text.</param>
    /// <param name="from">First token, from 0.</param>
    /// <param name="to">The token after the last.</param>
    /// <param name="ends">The place of a last token that ends the text on purpose; −1 for none.</param>
    public static string Of(ulong seed, int from, int to, int ends)
    {
        var text = new StringBuilder(8 * (to - from));
        for (int place = from; place < to; place++)
        {
            if (place > 0 && place == ends)
            {
                text.Append('.');
            }
            else
            {
                Append(text, seed, place);
            }
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, ulong seed, int place)
    {
        if (IsStop(seed, place))
        {
            text.Append('.');
            return;
        }

        if (IsComma(seed, place))
        {
            text.Append(',');
            return;
        }

        string word = Words[(int)(Hash(seed, place) % (ulong)Words.Length)];
        if (place == 0)
        {
            text.Append(char.ToUpperInvariant(word[0])).Append(word, 1, word.Length - 1);
        }
        else if (IsStop(seed, place - 1))
        {
            text.Append(' ').Append(char.ToUpperInvariant(word[0])).Append(word, 1, word.Length - 1);
        }
        else
        {
            text.Append(' ').Append(word);
        }
    }

    // A mark follows words only.
    private static bool IsStop(ulong seed, int place) =>
        place > 2 && (Hash(seed, place) >> 40) % StopsOneIn == 0 && !Marked(seed, place - 1) && !Marked(seed, place - 2);

    private static bool IsComma(ulong seed, int place) =>
        place > 2 && (Hash(seed, place) >> 40) % CommasOneIn == 1 && !Marked(seed, place - 1) && !Marked(seed, place - 2);

    private static bool Marked(ulong seed, int place)
    {
        ulong dice = Hash(seed, place) >> 40;
        return dice % StopsOneIn == 0 || dice % CommasOneIn == 1;
    }

    private static ulong Hash(ulong seed, int place) => StableHash.Combine(seed, (ulong)place);
}
