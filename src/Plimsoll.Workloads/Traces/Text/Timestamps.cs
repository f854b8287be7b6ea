using System.Buffers.Text;

namespace Plimsoll.Workloads.Traces.Text;

/// <summary>Date and time as text, to nanoseconds since 1970.</summary>
internal static class Timestamps
{
    private const long Second = 1_000_000_000;

    /// <summary>
    /// Reads <c>2023-11-16 18:15:46.6805900</c>: a space or T between, up to nine fractional digits, and optionally Z or an offset such
    /// as +00:00, which is subtracted. False if it is not that, or outside 1970 to 2261.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long nanoseconds)
    {
        nanoseconds = 0;
        if (text.Length < 19 || text[4] != '-' || text[7] != '-' || text[10] is not ((byte)' ' or (byte)'T') || text[13] != ':'
            || text[16] != ':')
        {
            return false;
        }

        if (!TryDay(text[..10], out long day) || !TryDigits(text[11..13], 23, out int hour) || !TryDigits(text[14..16], 59, out int minute)
            || !TryDigits(text[17..19], 59, out int second))
        {
            return false;
        }

        int zone = 19;
        if (!TryFraction(text[19..], ref zone, out long fraction) || !TryZone(text[zone..], out long offsetMinutes))
        {
            return false;
        }

        long seconds = (day * 86_400) + (hour * 3600) + ((minute - offsetMinutes) * 60) + second;
        nanoseconds = (seconds * Second) + fraction;
        return true;
    }

    private static bool TryDay(ReadOnlySpan<byte> date, out long day)
    {
        day = 0;
        if (!TryDigits(date[..4], 2261, out int year) || !TryDigits(date[5..7], 12, out int month)
            || !TryDigits(date[8..10], 31, out int inMonth) || year < 1970 || month < 1
            || inMonth < 1 || inMonth > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        day = new DateOnly(year, month, inMonth).DayNumber - new DateOnly(1970, 1, 1).DayNumber;
        return true;
    }

    private static bool TryFraction(ReadOnlySpan<byte> text, ref int zone, out long nanoseconds)
    {
        nanoseconds = 0;
        if (text is not [(byte)'.', ..])
        {
            return true;
        }

        int digits = 0;
        long scale = Second;
        while (digits + 1 < text.Length && (uint)(text[digits + 1] - '0') <= 9)
        {
            digits++;
            scale /= 10;
            nanoseconds += (text[digits] - '0') * scale;
        }

        zone += digits + 1;
        return digits is >= 1 and <= 9;
    }

    private static bool TryZone(ReadOnlySpan<byte> text, out long offsetMinutes)
    {
        offsetMinutes = 0;
        if (text.IsEmpty || text is [(byte)'Z'])
        {
            return true;
        }

        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':'
            || !TryDigits(text[1..3], 23, out int hours) || !TryDigits(text[4..6], 59, out int minutes))
        {
            return false;
        }

        offsetMinutes = ((hours * 60) + minutes) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, int most, out int value) =>
        Utf8Parser.TryParse(text, out value, out int used) && used == text.Length && (uint)(text[0] - '0') <= 9 && value <= most;
}
