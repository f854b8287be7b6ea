namespace Plimsoll.Metrics.Reports.Svg;

/// <summary>A bar to the left or right of zero.</summary>
/// <param name="Name">What it stands for.</param>
/// <param name="Value">How far it reaches.</param>
/// <param name="Text">The value for people.</param>
public readonly record struct SignedBar(string Name, double Value, string Text);
