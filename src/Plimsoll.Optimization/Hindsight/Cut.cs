namespace Plimsoll.Optimization.Hindsight;

/// <summary>
/// An inequality "sum of coefficient × starts at most right side" that every schedule keeps. Coefficients are not negative, so leaving
/// starts out keeps it true.
/// </summary>
/// <param name="Starts">Class and round of each term, ascending.</param>
/// <param name="Coefficients">One a term; positive whole numbers.</param>
/// <param name="RightSide">A whole number.</param>
internal sealed record Cut((int Class, int Round)[] Starts, int[] Coefficients, int RightSide);
