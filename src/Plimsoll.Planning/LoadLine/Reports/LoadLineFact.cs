namespace Plimsoll.Planning.LoadLine.Reports;

/// <summary>A number of the answer with the formula behind it.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">The number, for people, with its unit.</param>
/// <param name="Formula">How it follows.</param>
/// <param name="Source">Where the formula comes from.</param>
public sealed record LoadLineFact(string Name, string Value, string Formula, string Source);
