using System.Buffers.Text;
using System.Globalization;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Workloads.Traces.Text;

/// <summary>Reads numbers from bytes; each method returns null, or what is wrong, fit to follow the value.</summary>
internal static class Numbers
{
    /// <summary>A whole number of tokens, also written as 12.0, from <paramref name="least"/> to the longest length allowed.</summary>
    public static string? Tokens(ReadOnlySpan<byte> text, int least, out int value)
    {
        value = 0;
        if (text.IsEmpty)
        {
            return "is missing";
        }

        if (!Whole(text, out long number))
        {
            return "is not a whole number";
        }

        if (number < least)
        {
            return least == 0 ? "is negative" : $"is below {least}";
        }

        if (number > LengthDistribution.MaxTokens)
        {
            return $"is above {LengthDistribution.MaxTokens}";
        }

        value = (int)number;
        return null;
    }

    /// <summary>
    /// A time not below zero, in units of <paramref name="unitNanoseconds"/> (a power of ten), to whole nanoseconds without passing
    /// through floating point unless there is an exponent; digits beyond a nanosecond are rounded to the nearest.
    /// </summary>
    public static string? Nanoseconds(ReadOnlySpan<byte> text, long unitNanoseconds, out long value)
    {
        value = 0;
        if (text.IsEmpty)
        {
            return "is missing";
        }

        if (TryDecimal(text, unitNanoseconds, out value))
        {
            return null;
        }

        if (!Real(text, out double number))
        {
            return "is not a number";
        }

        double nanoseconds = Math.Round(number * unitNanoseconds);
        value = (long)nanoseconds;
        return nanoseconds < 0 ? "is negative" : nanoseconds >= long.MaxValue ? "is beyond 292 years" : null;
    }

    /// <summary>A finite number.</summary>
    public static bool Real(ReadOnlySpan<byte> text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    /// <summary>A whole number, also written with a fraction of zeros; saturates beyond 64 bits.</summary>
    public static bool Whole(ReadOnlySpan<byte> text, out long value)
    {
        if (Utf8Parser.TryParse(text, out value, out int used) && (used == text.Length || IsZeroFraction(text[used..])))
        {
            return true;
        }

        bool real = Real(text, out double number) && number == Math.Floor(number);
        value = real ? (long)number : 0;
        return real;
    }

    private static bool IsZeroFraction(ReadOnlySpan<byte> text) => text[0] == '.' && !text[1..].ContainsAnyExcept((byte)'0');

    private static bool TryDecimal(ReadOnlySpan<byte> text, long unit, out long value)
    {
        int point = text.IndexOf((byte)'.');
        ReadOnlySpan<byte> whole = point < 0 ? text : text[..point];
        ReadOnlySpan<byte> fraction = point < 0 ? default : text[(point + 1)..];
        value = 0;
        if (whole.Length + fraction.Length == 0 || whole.Length > 18)
        {
            return false;
        }

        foreach (byte digit in whole)
        {
            if (!IsDigit(digit))
            {
                return false;
            }

            value = (value * 10) + (digit - '0');
        }

        if (value > (long.MaxValue / unit) - 1 || !TryFraction(fraction, unit, out long part))
        {
            return false;
        }

        value = (value * unit) + part;
        return true;
    }

    private static bool TryFraction(ReadOnlySpan<byte> digits, long unit, out long value)
    {
        value = 0;
        bool rounded = false;
        foreach (byte digit in digits)
        {
            if (!IsDigit(digit))
            {
                return false;
            }

            if (unit >= 10)
            {
                unit /= 10;
                value += (digit - '0') * unit;
            }
            else if (!rounded)
            {
                rounded = true;
                value += digit >= '5' ? 1 : 0;
            }
        }

        return true;
    }

    private static bool IsDigit(byte value) => (uint)(value - '0') <= 9;
}
