using System.Globalization;
using Plimsoll.Core;

namespace Plimsoll.Gateway.Emulation;

/// <summary>What is wrong with an emulated model server, on purpose. Shares are of inference requests, 0 to 1.</summary>
public sealed record EmulatorFaults
{
    /// <summary>The forms that <see cref="Parse"/> reads.</summary>
    public const string Forms = "crash, hang, slow:FACTOR, error:SHARE, cut:SHARE[:TOKENS], garbage:SHARE, stale-metrics, lose-events:SHARE";

    /// <summary>Nothing is wrong.</summary>
    public static EmulatorFaults None { get; } = new();

    /// <summary>Every connection breaks, and what was inside is lost, as if the process had died.</summary>
    public bool Crashed { get; init; }

    /// <summary>No step ends any more; connections stay open.</summary>
    public bool Hangs { get; init; }

    /// <summary>How many times longer everything takes, from 1.</summary>
    public double Slowdown { get; init; } = 1;

    /// <summary>Share answered with status 500.</summary>
    public double ErrorShare { get; init; }

    /// <summary>Share whose connection breaks in mid-answer.</summary>
    public double CutShare { get; init; }

    /// <summary>Output tokens, from 0, after which it breaks.</summary>
    public int CutAfterTokens { get; init; } = 3;

    /// <summary>Share answered with bytes that are not what they should be.</summary>
    public double GarbageShare { get; init; }

    /// <summary>Share of the batches of KV events that are counted but not sent.</summary>
    public double LostEventsShare { get; init; }

    /// <summary>The metrics stay what they were.</summary>
    public bool StaleMetrics { get; init; }

    /// <summary>Adds one fault written as text; null with what is wrong, fit to follow the name of an option.</summary>
    public EmulatorFaults? Parse(string text, out string problem)
    {
        string[] parts = text.Split(':');
        double value = 0;
        double tokens = CutAfterTokens;
        bool numbers = (parts.Length < 2 || IsNumber(parts[1], out value)) && (parts.Length < 3 || IsNumber(parts[2], out tokens));
        EmulatorFaults? faults = !numbers ? null : (parts[0], parts.Length) switch
        {
            ("crash", 1) => this with { Crashed = true },
            ("hang", 1) => this with { Hangs = true },
            ("stale-metrics", 1) => this with { StaleMetrics = true },
            ("slow", 2) when value >= 1 => this with { Slowdown = value },
            ("error", 2) when value <= 1 => this with { ErrorShare = value },
            ("lose-events", 2) when value <= 1 => this with { LostEventsShare = value },
            ("garbage", 2) when value <= 1 => this with { GarbageShare = value },
            ("cut", 2 or 3) when value <= 1 && tokens <= int.MaxValue => this with { CutShare = value, CutAfterTokens = (int)tokens },
            _ => null,
        };
        problem = faults is null ? $"'{text}' is not a fault; write {Forms}" : "";
        return faults;
    }

    /// <summary>What becomes of one request: it draws the same numbers whatever the shares are.</summary>
    internal RequestFault Draw(ref RandomStream dice)
    {
        double error = dice.NextOpenUnit();
        double garbage = dice.NextOpenUnit();
        double cut = dice.NextOpenUnit();
        return error < ErrorShare ? RequestFault.Error
            : garbage < GarbageShare ? RequestFault.Garbage
            : cut < CutShare ? RequestFault.Cut
            : RequestFault.None;
    }

    private static bool IsNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && value is >= 0 and <= 1e9;
}
