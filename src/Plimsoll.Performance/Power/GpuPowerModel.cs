using Plimsoll.Performance.Catalog;

namespace Plimsoll.Performance.Power;

/// <summary>
/// Power of a GPU of the catalogue by what it does: waiting with a model resident, computing prompts, and decoding, whose power rises
/// with the logarithm of the batch along the catalogue's measurements. Our own synthesis, within some 15 % of what single models draw.
/// </summary>
/// <remarks>
/// <para>
/// Where a number is missing (<see cref="Assumptions"/> says so): a resident model costs 40 W over the empty card, which is 10 % of its
/// limit if that is unknown too; prompts run at 92.5 % of the limit, the middle of the measured 0.85 to 1; decoding follows the H100's
/// share of its limit. Decoding on H200 was measured well below that (137 to 300 W of 700).
/// </para>
/// <para>
/// The clock: prompts take what exceeds idle in proportion to it. Decode power falls by 47 % of the share by which the clock is
/// lowered, and its time hardly changes: what fits the published 42 % less energy for 1 to 6 % more time from 2842 down to
/// 180 MHz (arXiv:2501.08219). Nobody has measured the points between.
/// </para>
/// </remarks>
public sealed class GpuPowerModel : IPowerModel
{
    private const double LoadedOverEmptyWatts = 40;
    private const double EmptyShareOfLimit = 0.1;
    private const double PrefillShareOfLimit = 0.925;
    private const double DecodeShareOfClock = 0.47;

    // The H100's measured medians over its 700 W.
    private static readonly DecodePowerRow[] TypicalSharesOfLimit =
        [new(6, 0.631), new(18, 0.659), new(36, 0.691), new(72, 0.776), new(144, 0.819), new(352, 0.833)];

    private readonly DecodePowerRow[] _decode;
    private readonly double _prefillWatts;
    private readonly double _clockShare;

    /// <summary>The model of one device.</summary>
    /// <param name="gpu">The device; its power limit must be known.</param>
    /// <param name="clockShare">Its clock over the one it was measured at, above 0 and up to 1.</param>
    /// <exception cref="ArgumentException">The catalogue knows no power limit.</exception>
    public GpuPowerModel(GpuSpec gpu, double clockShare = 1)
    {
        ArgumentNullException.ThrowIfNull(gpu);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(clockShare);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(clockShare, 1);
        double limit = gpu.Power.LimitWatts ?? throw new ArgumentException($"the power limit of {gpu.Id} is not known", nameof(gpu));
        double empty = gpu.Power.IdleWatts ?? (EmptyShareOfLimit * limit);
        IdleWatts = gpu.Power.IdleLoadedWatts ?? (empty + LoadedOverEmptyWatts);
        _prefillWatts = PrefillShareOfLimit * limit;
        _decode = gpu.DecodePower is { } measured
            ? [.. measured.Rows]
            : [.. TypicalSharesOfLimit.Select(row => row with { Watts = row.Watts * limit })];
        _clockShare = clockShare;
        Assumptions =
        [
            .. gpu.Power.IdleLoadedWatts is null ? new[] { $"idle power of {gpu.Id} with a model resident: {IdleWatts:0} W" } : [],
            $"power of {gpu.Id} on prompts: {_prefillWatts:0} W, {PrefillShareOfLimit:0.0 %} of its limit",
            .. gpu.DecodePower is null ? new[] { $"decode power of {gpu.Id}: the H100's share of the limit" } : [],
        ];
    }

    /// <summary>Power with a model resident and nothing to do, in watts.</summary>
    public double IdleWatts { get; }

    /// <summary>What the catalogue does not say and this model assumes, one phrase each.</summary>
    public IReadOnlyList<string> Assumptions { get; }

    /// <summary>Power while decoding.</summary>
    /// <param name="runningRequests">Mean number of requests decoded together; below the first measured batch power stays as there.</param>
    public double DecodeWatts(double runningRequests)
    {
        int above = Array.FindIndex(_decode, row => row.RunningRequests >= runningRequests);
        double watts = above switch
        {
            0 => _decode[0].Watts,
            < 0 => _decode[^1].Watts,
            _ => Between(_decode[above - 1], _decode[above], runningRequests),
        };
        return watts * (1 - (DecodeShareOfClock * (1 - _clockShare)));
    }

    /// <inheritdoc/>
    public double Watts(in WorkerActivity activity)
    {
        double prefill = (_prefillWatts - IdleWatts) * _clockShare * activity.PrefillShare;
        double decode = activity.DecodeShare > 0 ? (DecodeWatts(activity.RunningRequests) - IdleWatts) * activity.DecodeShare : 0;
        return IdleWatts + prefill + decode;
    }

    private static double Between(DecodePowerRow below, DecodePowerRow above, double runningRequests)
    {
        double way = Math.Log(runningRequests / below.RunningRequests) / Math.Log(above.RunningRequests / below.RunningRequests);
        return below.Watts + (way * (above.Watts - below.Watts));
    }
}
