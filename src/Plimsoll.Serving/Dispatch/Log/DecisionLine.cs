using System.Buffers;
using System.Globalization;
using System.Text;
using Plimsoll.Core;

namespace Plimsoll.Serving.Dispatch.Log;

/// <summary>
/// A line of the decision log: eight hexadecimal digits of checksum, a blank, one JSON object, a line feed. So a line that was not written
/// to its end, or was changed since, is known as such.
/// </summary>
public static class DecisionLine
{
    private const int Digits = 8;

    /// <summary>Appends a line.</summary>
    public static void Append(IBufferWriter<byte> to, ReadOnlySpan<byte> json)
    {
        Span<byte> line = to.GetSpan(Digits + 1 + json.Length + 1);
        ChecksumOf(json).TryFormat(line, out _, "x8", CultureInfo.InvariantCulture);
        line[Digits] = (byte)' ';
        json.CopyTo(line[(Digits + 1)..]);
        line[Digits + 1 + json.Length] = (byte)'\n';
        to.Advance(Digits + 1 + json.Length + 1);
    }

    /// <summary>Takes a line, without its line feed, apart; false if it is not what was written.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> line, out ReadOnlyMemory<byte> json)
    {
        json = line.Length > Digits ? line[(Digits + 1)..] : default;
        return line.Length > Digits && line.Span[Digits] == (byte)' '
            && uint.TryParse(
                Encoding.ASCII.GetString(line.Span[..Digits]), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint sum)
            && sum == ChecksumOf(json.Span);
    }

    private static uint ChecksumOf(ReadOnlySpan<byte> json) => (uint)StableHash.Extend(0, json);
}
