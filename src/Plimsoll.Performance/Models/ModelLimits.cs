namespace Plimsoll.Performance.Models;

/// <summary>Largest dimensions accepted: far beyond any model, small enough that no count overflows.</summary>
internal static class ModelLimits
{
    public const int Layers = 1_000;
    public const int Width = 131_072;
    public const int InnerWidth = 1_048_576;
    public const int Heads = 4_096;
    public const int HeadDim = 4_096;
    public const int Vocabulary = 10_000_000;
    public const int Experts = 4_096;
}
