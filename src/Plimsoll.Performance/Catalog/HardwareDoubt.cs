namespace Plimsoll.Performance.Catalog;

/// <summary>A hardware number that looks wrong.</summary>
/// <param name="Field">Field below the entry, such as <c>compute.fp8_operations_per_second</c>.</param>
/// <param name="Message">Why, and what it may have been taken from.</param>
public readonly record struct HardwareDoubt(string Field, string Message);
