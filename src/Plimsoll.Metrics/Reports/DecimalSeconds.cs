using System.Globalization;
using Plimsoll.Core;

namespace Plimsoll.Metrics.Reports;

/// <summary>Writes whole nanoseconds as seconds, digit for digit, without trailing zeros: 37212345 ns is 0.037212345.</summary>
internal static class DecimalSeconds
{
    /// <summary>The instant; nothing for one that was never reached.</summary>
    public static void Write(TextWriter output, Instant instant)
    {
        if (instant != Instant.Never)
        {
            Write(output, instant.Nanoseconds);
        }
    }

    /// <summary>The duration.</summary>
    public static void Write(TextWriter output, Duration duration) => Write(output, duration.Nanoseconds);

    private static void Write(TextWriter output, long nanoseconds)
    {
        Span<char> text = stackalloc char[20];
        Int128 size = Int128.Abs(nanoseconds);
        _ = ((ulong)size).TryFormat(text, out int written, "D10", CultureInfo.InvariantCulture);
        Span<char> digits = text[..written];
        if (nanoseconds < 0)
        {
            output.Write('-');
        }

        output.Write(digits[..^9]);
        ReadOnlySpan<char> fraction = digits[^9..].TrimEnd('0');
        if (fraction.Length > 0)
        {
            output.Write('.');
            output.Write(fraction);
        }
    }
}
