namespace Plimsoll.Performance.Models;

/// <summary>Names of weight formats as the command line and the catalogue write them.</summary>
public static class WeightFormats
{
    private static readonly (string Name, WeightFormat Format)[] Known =
    [
        ("bf16", WeightFormat.Bf16),
        ("fp16", WeightFormat.Fp16),
        ("fp8", WeightFormat.Fp8),
        ("int8", WeightFormat.Int8),
        ("int4", WeightFormat.Int4),
        ("mxfp4", WeightFormat.Mxfp4),
        ("nvfp4", WeightFormat.Nvfp4),
    ];

    /// <summary>All names, in order of size.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Select(pair => pair.Name)];

    /// <summary>The format of that name (letter case ignored); null when there is none.</summary>
    public static WeightFormat? Find(string name)
    {
        foreach ((string known, WeightFormat format) in Known)
        {
            if (known.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return format;
            }
        }

        return null;
    }

    /// <summary>The name of a format.</summary>
    public static string NameOf(WeightFormat format) => Known[(int)format].Name;
}
