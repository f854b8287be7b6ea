using Plimsoll.Performance.Catalog;
using Plimsoll.Performance.Power;

namespace Plimsoll.Performance.Tests.Power;

public sealed class GpuPowerModelTests
{
    private static readonly GpuPowerModel H100 = new(CatalogReader.BuiltIn.FindGpu("h100")!);

    [Theory]
    [InlineData(1, 442)]
    [InlineData(6, 442)]
    [InlineData(36, 484)]
    [InlineData(352, 583)]
    [InlineData(5_000, 583)]
    public void Decoding_draws_what_was_measured(double running, double watts) => Assert.Equal(watts, H100.DecodeWatts(running), 1e-9);

    [Fact]
    public void Between_two_batches_power_follows_the_logarithm()
    {
        Assert.Equal((484 + 543) / 2.0, H100.DecodeWatts(Math.Sqrt(36 * 72.0)), 1e-9);
        Assert.True(H100.DecodeWatts(40) < H100.DecodeWatts(41));
    }

    [Fact]
    public void Power_is_the_mean_over_what_the_time_is_spent_on()
    {
        Assert.Equal(110, H100.Watts(WorkerActivity.None));
        Assert.Equal((110 * 0.25) + (647.5 * 0.25) + (484 * 0.5), H100.Watts(new WorkerActivity(1, 0.25, 0.5, 36)), 1e-9);
    }

    [Fact]
    public void The_power_of_mean_shares_is_the_mean_of_powers()
    {
        foreach (IPowerModel model in new IPowerModel[] { H100, new LoadPowerLaw() })
        {
            double apart = 0.25 * (model.Watts(new(1, 1, 0, 20)) + model.Watts(new(1, 0.5, 0.5, 20)) + (2 * model.Watts(new(1, 0, 1, 20))));
            Assert.Equal(apart, model.Watts(new(1, 0.375, 0.625, 20)), 1e-9);
        }
    }

    [Fact]
    public void A_lower_clock_saves_about_what_was_published()
    {
        GpuSpec gpu = CatalogReader.BuiltIn.FindGpu("h100")!;
        double share = 180.0 / 2842;

        double saved = 1 - (new GpuPowerModel(gpu, share).DecodeWatts(36) * 1.035 / H100.DecodeWatts(36));

        Assert.Equal(0.42, saved, 0.005);
    }

    [Fact]
    public void What_the_catalogue_does_not_say_is_named()
    {
        Assert.Equal(2, H100.Assumptions.Count);
        var unmeasured = new GpuPowerModel(CatalogReader.BuiltIn.FindGpu("l4")!);
        Assert.Contains(unmeasured.Assumptions, text => text.Contains("H100", StringComparison.Ordinal));
        Assert.Throws<ArgumentException>(() => new GpuPowerModel(CatalogReader.BuiltIn.FindGpu("ascend-910c")!));
    }

    [Theory]
    [InlineData("law")]
    [InlineData("law:100:400:0.7")]
    [InlineData("h100")]
    public void Laws_and_devices_are_read(string text) => Assert.NotNull(PowerSpec.Parse(text, CatalogReader.BuiltIn).Value);

    [Theory]
    [InlineData("")]
    [InlineData("low")]
    [InlineData("law:100")]
    [InlineData("law:400:100:0.7")]
    [InlineData("law:100:400:0")]
    [InlineData("law:100:400:x")]
    [InlineData("ascend-910c")]
    public void What_is_neither_is_refused(string text)
    {
        ReadResult<IPowerModel> read = PowerSpec.Parse(text, CatalogReader.BuiltIn);
        Assert.Null(read.Value);
        Assert.Single(read.Problems);
    }
}
