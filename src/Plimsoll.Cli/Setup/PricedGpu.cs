using System.CommandLine;
using System.Globalization;
using Plimsoll.Cli.Options;
using Plimsoll.Performance.Catalog;

namespace Plimsoll.Cli.Setup;

/// <summary>A GPU that a fleet may be made of.</summary>
/// <param name="Gpu">The GPU.</param>
/// <param name="DollarsPerHour">Price of one in US dollars per hour.</param>
/// <param name="Given">Whether the user gave the price.</param>
internal sealed record PricedGpu(GpuSpec Gpu, double DollarsPerHour, bool Given)
{
    private const double MostDollars = 1e6;

    /// <summary>Reads <c>--gpu</c> and <c>--price</c>: the named GPUs, or all that have a price, in the order of the catalogue.</summary>
    public static IReadOnlyList<PricedGpu> From(FleetPlanOptions options, ParseResult parsed, PerformanceCatalog catalog,
        InputProblems problems)
    {
        Dictionary<string, double> prices = PricesOf(parsed.GetValue(options.Prices), catalog, problems);
        string? text = parsed.GetValue(options.Gpus);
        List<GpuSpec> gpus = text is null
            ? [.. catalog.Gpus.Where(gpu => gpu.Price is not null || prices.ContainsKey(gpu.Id))]
            : Named(text, catalog, problems);
        List<PricedGpu> priced = [];
        foreach (GpuSpec gpu in gpus)
        {
            bool given = prices.TryGetValue(gpu.Id, out double price);
            if (given || gpu.Price is not null)
            {
                priced.Add(new PricedGpu(gpu, given ? price : ListPrice(gpu.Price!), given));
            }
            else
            {
                problems.Add("--gpu", $"no price is known of {gpu.Id}; add --price {gpu.Id}=USD_PER_HOUR");
            }
        }

        foreach (string idle in prices.Keys.Where(id => !gpus.Exists(gpu => gpu.Id == id)).Order(StringComparer.Ordinal))
        {
            problems.Add("--price", $"{idle} is not among --gpu {text}");
        }

        return priced;
    }

    private static double ListPrice(GpuPrice price) =>
        price.MedianDollarsPerHour ?? ((price.LowDollarsPerHour + price.HighDollarsPerHour) / 2);

    private static List<GpuSpec> Named(string text, PerformanceCatalog catalog, InputProblems problems)
    {
        List<GpuSpec> gpus = [];
        foreach (string name in text.Split(','))
        {
            if (catalog.FindGpu(name) is not { } gpu)
            {
                problems.Add("--gpu", catalog.UnknownGpu(name));
            }
            else if (!gpus.Contains(gpu))
            {
                gpus.Add(gpu);
            }
        }

        return gpus;
    }

    private static Dictionary<string, double> PricesOf(string? text, PerformanceCatalog catalog, InputProblems problems)
    {
        Dictionary<string, double> prices = [];
        foreach (string part in text?.Split(',') ?? [])
        {
            string[] sides = part.Split('=');
            if (sides.Length != 2)
            {
                problems.Add("--price", $"'{part}' is not a price; write GPU=USD_PER_HOUR, as in h100=2.5");
                continue;
            }

            GpuSpec? gpu = catalog.FindGpu(sides[0]);
            if (gpu is null)
            {
                problems.Add("--price", catalog.UnknownGpu(sides[0]));
            }

            bool isPrice = double.TryParse(sides[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double price)
                && price is > 0 and <= MostDollars;
            if (!isPrice)
            {
                problems.Add("--price", $"'{sides[1]}' is not a price of {sides[0]}; write US dollars per hour, above 0");
            }

            if (gpu is not null && isPrice && !prices.TryAdd(gpu.Id, price))
            {
                problems.Add("--price", $"{gpu.Id} has two prices");
            }
        }

        return prices;
    }
}
