using System.Text.Json;

namespace Plimsoll.Cli.Tests;

/// <summary>The catalogues on the command line.</summary>
public sealed class CatalogTests
{
    [Fact]
    public void Policies_by_family_with_their_options()
    {
        JsonElement[] families = [.. Cli.Run("catalog", "policies", "--json").Succeeded().Json.GetProperty("families").EnumerateArray()];
        Assert.Equal(["admission", "ordering", "routing", "balancing", "batching"], families.Select(family => family.GetProperty("name").GetString()!));
        JsonElement one = Cli.Run("catalog", "policies", "prefix-aware", "--json").Succeeded().Json;
        JsonElement policy = one.GetProperty("families").EnumerateArray().Single().GetProperty("policies").EnumerateArray().Single();
        Assert.Equal("prefix-aware", policy.GetProperty("name").GetString());
        Assert.Contains("prefix_hits", policy.GetProperty("signals").EnumerateArray().Select(signal => signal.GetString()));
        JsonElement option = policy.GetProperty("options")[0];
        string[] fields = ["name", "type", "unit", "range", "default"];
        Assert.Equal(["guard", "an integer", "requests", "from 0", "8"], fields.Select(field => option.GetProperty(field).GetString()!));
        string text = Cli.Run("catalog", "policies", "prefix-aware").Succeeded().Output;
        Assert.Contains("bad idea", text, StringComparison.Ordinal);
        string family = Cli.Run("catalog", "policies", "routing").Succeeded().Output;
        Assert.Contains("least-kv", family, StringComparison.Ordinal);
        Assert.DoesNotContain("sarathi", family, StringComparison.Ordinal);
    }

    [Fact]
    public void Models_with_numbers_that_follow_from_their_shape()
    {
        JsonElement document = Cli.Run("catalog", "models", "meta-llama/Llama-3.1-8B", "--json").Succeeded().Json;
        JsonElement model = document.GetProperty("models").EnumerateArray().Single();
        Assert.Equal(8_030_261_248, model.GetProperty("parameters_total").GetInt64());
        Assert.Equal(2 * 8_030_261_248, model.GetProperty("weight_bytes").GetInt64());
        Assert.Equal(131_072, model.GetProperty("kv_bytes_per_token").GetInt64());
        Assert.Equal(32, model.GetProperty("layers").GetInt32());
        Assert.Equal(131_072, model.GetProperty("max_positions").GetInt32());
        Assert.True(model.GetProperty("verified").GetBoolean());
        Assert.All(
            model.GetProperty("sources").EnumerateArray(),
            source => Assert.True(document.GetProperty("sources").TryGetProperty(source.GetString()!, out _)));
        string sheet = Cli.Run("catalog", "models", "llama-3.1-8b").Succeeded().Output;
        Assert.Contains("128 KiB (131,072 bytes)", sheet, StringComparison.Ordinal);
    }

    [Fact]
    public void Gpus_with_prices_that_have_a_date()
    {
        JsonElement[] gpus = [.. Cli.Run("catalog", "gpus", "--json").Succeeded().Json.GetProperty("gpus").EnumerateArray()];
        Assert.True(gpus.Length > 20);
        foreach (JsonElement price in gpus.Select(gpu => gpu.GetProperty("price")).Where(price => price.ValueKind == JsonValueKind.Object))
        {
            Assert.Matches(@"^\d{4}-\d\d-\d\d$", price.GetProperty("date").GetString());
            Assert.True(price.GetProperty("low_dollars_per_hour").GetDouble() > 0);
        }

        JsonElement h100 = gpus.Single(gpu => gpu.GetProperty("name").GetString() == "h100-sxm-80gb");
        Assert.Equal(3.35e12, h100.GetProperty("memory").GetProperty("bandwidth_bytes_per_second").GetDouble());
        Assert.True(h100.GetProperty("memory").GetProperty("verified").GetBoolean());
        Assert.Equal(700, h100.GetProperty("power").GetProperty("limit_watts").GetDouble());
        string table = Cli.Run("catalog", "gpus").Succeeded().Output;
        Assert.All(gpus, gpu => Assert.Contains(gpu.GetProperty("name").GetString()!, table, StringComparison.Ordinal));
    }

    [Fact]
    public void A_catalogue_of_the_users_own_is_shown_with_the_rest()
    {
        using var scratch = new Scratch();
        scratch.Write("mine.json", """
            {"gpus": [{"id": "toy-gpu", "memory": {"usable_bytes": 17179869184, "bandwidth_bytes_per_second": 1e12},
              "compute": {"bf16_operations_per_second": 1e14}}]}
            """);
        CliResult sheet = scratch.Run("catalog", "gpus", "toy-gpu", "--catalog", "mine.json").Succeeded();
        Assert.Contains("16 GiB (17,179,869,184 bytes)", sheet.Output, StringComparison.Ordinal);
        scratch.Run("catalog", "gpus", "toy-gpu").Refused("no GPU is called 'toy-gpu'");
    }
}
