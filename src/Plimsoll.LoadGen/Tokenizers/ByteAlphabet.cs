using System.Text;

namespace Plimsoll.LoadGen.Tokenizers;

/// <summary>
/// One visible letter for each byte, as GPT-2's vocabulary writes them: printable bytes of Latin-1 stand for themselves, the others follow
/// from U+0100 on; so a blank is U+0120.
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] Letters = Build();

    public static string Of(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (byte b in bytes)
        {
            text.Append(Letters[b]);
        }

        return text.ToString();
    }

    public static string Of(char ascii) => Letters[ascii].ToString();

    private static char[] Build()
    {
        char[] letters = new char[256];
        char next = (char)256;
        for (int b = 0; b < letters.Length; b++)
        {
            bool isVisible = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            letters[b] = isVisible ? (char)b : next++;
        }

        return letters;
    }
}
