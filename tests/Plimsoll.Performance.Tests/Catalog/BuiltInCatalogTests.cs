using Plimsoll.Performance.Catalog;
using Plimsoll.Performance.Models;

namespace Plimsoll.Performance.Tests.Catalog;

public sealed class BuiltInCatalogTests
{
    private static readonly PerformanceCatalog Catalog = CatalogReader.BuiltIn;

    [Fact]
    public void Holds_thirty_devices_and_sixty_eight_models_with_distinct_names()
    {
        Assert.Equal(30, Catalog.Gpus.Count);
        Assert.Equal(68, Catalog.Models.Count);
        string[] gpuNames = [.. Catalog.Gpus.SelectMany(gpu => gpu.Aliases.Prepend(gpu.Id))];
        string[] modelNames = [.. Catalog.Models.SelectMany(model => model.Aliases.Prepend(model.Id))];
        Assert.Equal(gpuNames.Length, gpuNames.Distinct().Count());
        Assert.Equal(modelNames.Length, modelNames.Distinct().Count());
    }

    [Fact]
    public void Every_group_names_known_sources()
    {
        string[] used =
        [
            .. Catalog.Gpus.SelectMany(gpu => new[]
            {
                gpu.Memory.Provenance, gpu.Compute.Provenance, gpu.Clocks?.Provenance, gpu.Achieved?.Provenance,
                gpu.Links.Provenance, gpu.AllReduce?.Provenance, gpu.Power.Provenance, gpu.DecodePower?.Provenance, gpu.Price?.Provenance,
            }).OfType<Provenance>().SelectMany(provenance => provenance.Sources).Where(key => key != "none").Select(key => "gpus:" + key),
            .. Catalog.Models.SelectMany(model => model.Provenance.Sources).Select(key => "models:" + key),
        ];

        Assert.NotEmpty(used);
        Assert.Empty(used.Where(key => !Catalog.Sources.ContainsKey(key)).Distinct());
    }

    [Theory]
    [InlineData("h100", "h100-sxm-80gb")]
    [InlineData("H100-SXM", "h100-sxm-80gb")]
    [InlineData("NVIDIA L4 24GB", "l4")]
    [InlineData("mi300x", "mi300x")]
    [InlineData("rtx-pro-6000", "rtx-pro-6000-blackwell-server")]
    public void Finds_devices_by_alias_and_name(string name, string id) => Assert.Equal(id, Catalog.FindGpu(name)!.Id);

    [Theory]
    [InlineData("llama-3-70b", "llama-3-70b")]
    [InlineData("meta-llama/Llama-3.1-8B", "llama-3.1-8b")]
    [InlineData("meta-llama/Llama-3.1-8B-Instruct", "llama-3.1-8b")]
    [InlineData("meta-llama/Meta-Llama-3-8B", "llama-3-8b")]
    [InlineData("mistralai/Mixtral-8x7B-Instruct-v0.1", "mixtral-8x7b-v0.1")]
    [InlineData("Qwen/Qwen3-30B-A3B-Instruct-2507", "qwen3-30b-a3b")]
    [InlineData("google/gemma-3-27b-it", "gemma-3-27b")]
    [InlineData("deepseek-ai/DeepSeek-V3", "deepseek-v3")]
    [InlineData("someone-else/Qwen2.5-7B-Instruct", "qwen2.5-7b")]
    public void Finds_models_by_hub_name(string name, string id) => Assert.Equal(id, Catalog.FindModel(name)!.Id);

    [Fact]
    public void A_mistyped_name_gets_the_nearest_ones()
    {
        Assert.Null(Catalog.FindGpu("h10"));
        Assert.Contains("h100", Catalog.UnknownGpu("h10"), StringComparison.Ordinal);
        Assert.Contains("llama-3.1-8b", Catalog.UnknownModel("meta-llama/Lama-3.1-8b"), StringComparison.Ordinal);
        Assert.Equal("no GPU is called 'zzzzzzzzzzzz'", Catalog.UnknownGpu("zzzzzzzzzzzz"));
    }

    [Theory]
    [InlineData("h100-sxm-80gb", 3350e9, 989.4e12, 700)]
    [InlineData("a100-sxm-80gb", 2039e9, 312e12, 400)]
    [InlineData("l4", 300e9, 121e12, 72)]
    [InlineData("b200-sxm-180gb", 7700e9, 2250e12, 1000)]
    [InlineData("mi300x", 5300e9, 1307e12, 750)]
    public void Rates_are_dense_and_links_one_way(string id, double bandwidth, double bf16, double watts)
    {
        GpuSpec gpu = Catalog.FindGpu(id)!;
        Assert.Equal(bandwidth, gpu.Memory.BandwidthBytesPerSecond);
        Assert.Equal(bf16, gpu.Compute.Bf16!.Value, bf16 * 0.001);
        Assert.Equal(watts, gpu.Power.LimitWatts);
    }

    /// <summary>Devices that really break a rule of thumb; anything else is a slip in the file.</summary>
    [Fact]
    public void The_catalogue_passes_its_own_traps_but_for_known_devices()
    {
        string[] known =
        [
            "apple-m4-max-40", // fp8 is emulated, memory shared
            "b300-sxm-288gb", // int8 almost absent
            "gaudi3-oam", // bf16 and fp8 share one peak
            "gb300-nvl72", // int8 almost absent
            "mi250x", // int8 no faster than fp16
            "rtx-5090", // fp4 is not halved as fp8 is
        ];
        string[] doubted = [.. Catalog.Gpus.Where(gpu => HardwareChecks.Warnings(gpu).Count > 0).Select(gpu => gpu.Id).Order()];
        Assert.Equal(known, doubted);
    }

    [Fact]
    public void Prices_carry_a_date() => Assert.All(
        Catalog.Gpus.Select(gpu => gpu.Price).OfType<GpuPrice>(),
        price => Assert.True(price.Date >= new DateOnly(2026, 1, 1) && price.LowDollarsPerHour <= price.HighDollarsPerHour));

    [Fact]
    public void Unverified_numbers_in_use_are_named()
    {
        ModelSpec llama = Catalog.FindModel("llama-3.1-8b")!;
        Assert.Empty(UnverifiedUse.Notes(Catalog.FindGpu("h100")!, llama, WeightFormat.Bf16, 8));
        Assert.Equal(
            ["memory size of ascend-910b", "memory bandwidth of ascend-910b", "peak fp16 rate of ascend-910b"],
            UnverifiedUse.Notes(Catalog.FindGpu("ascend-910b")!, llama, WeightFormat.Bf16, 1));
        Assert.Equal(
            ["peak fp8 rate of rtx-pro-6000-blackwell-workstation"],
            UnverifiedUse.Notes(Catalog.FindGpu("rtx-pro-6000-blackwell-workstation")!, llama, WeightFormat.Fp8, 1));
        Assert.Equal(
            ["layer shape of opt-13b"],
            UnverifiedUse.Notes(Catalog.FindGpu("h100")!, Catalog.FindModel("opt-13b")!, WeightFormat.Fp16, 1));
        Assert.Single(UnverifiedUse.Notes(Catalog.FindGpu("h200")!, llama, WeightFormat.Bf16, 2));
    }
}
