using System.Globalization;

namespace Plimsoll.Performance.Sizing;

/// <summary>How cached keys and values are stored: bits per element, and the group that shares a 16-bit scale and zero point.</summary>
/// <param name="BitsPerElement">16, 8, 4 or 2.</param>
/// <param name="GroupSize">Elements per scale; 0 without scales (16 bit, fp8).</param>
public readonly record struct KvFormat(int BitsPerElement, int GroupSize)
{
    private const int ScaleBits = 32;
    private const int UsualGroup = 64;

    /// <summary>bfloat16 or half: 2 bytes per element.</summary>
    public static readonly KvFormat SixteenBit = new(16, 0);

    /// <summary>8-bit floating point, one scale for the whole cache.</summary>
    public static readonly KvFormat Fp8 = new(8, 0);

    private static readonly (string Name, int Bits, int Group)[] Known =
    [
        ("auto", 16, 0),
        ("bf16", 16, 0),
        ("fp16", 16, 0),
        ("fp8", 8, 0),
        ("int8", 8, UsualGroup),
        ("int4", 4, UsualGroup),
        ("int2", 2, UsualGroup / 2),
    ];

    /// <summary>
    /// Bytes that hold so many elements, rounded up: elements × b/8 × (1 + 32/(b·G)) for b bits in groups of G (no second factor
    /// without groups).
    /// </summary>
    public long BytesFor(long elements) => GroupSize == 0
        ? DivideUp(elements * BitsPerElement, 8)
        : DivideUp(elements * ((BitsPerElement * GroupSize) + ScaleBits), 8L * GroupSize);

    /// <summary>
    /// Reads <c>auto</c>, <c>bf16</c>, <c>fp16</c>, <c>fp8</c>, <c>int8</c>, <c>int4</c>, <c>int2</c>; the last three may be followed by
    /// a colon and a group size from 8 to 1,024. Null when it is none of these.
    /// </summary>
    public static KvFormat? Find(string text)
    {
        string[] parts = text.Trim().Split(':');
        foreach ((string name, int bits, int group) in Known)
        {
            if (name.Equals(parts[0], StringComparison.OrdinalIgnoreCase))
            {
                return parts.Length switch
                {
                    1 => new KvFormat(bits, group),
                    2 when group > 0 => WithGroup(bits, parts[1]),
                    _ => null,
                };
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public override string ToString() => GroupSize == 0
        ? (BitsPerElement == 16 ? "bf16" : "fp8")
        : string.Create(CultureInfo.InvariantCulture, $"int{BitsPerElement}:{GroupSize}");

    private static KvFormat? WithGroup(int bits, string group) =>
        int.TryParse(group, NumberStyles.None, CultureInfo.InvariantCulture, out int size) && size is >= 8 and <= 1_024
            ? new KvFormat(bits, size)
            : null;

    private static long DivideUp(long value, long by) => (value + by - 1) / by;
}
