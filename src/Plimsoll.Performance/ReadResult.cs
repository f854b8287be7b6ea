namespace Plimsoll.Performance;

/// <summary>What became of reading something the user gave: a value, or every reason why there is none.</summary>
/// <typeparam name="T">What was asked for.</typeparam>
/// <param name="Value">Null exactly when there are problems.</param>
/// <param name="Problems">All mistakes found, in file order.</param>
/// <param name="Warnings">Doubts that do not stop the work.</param>
public sealed record ReadResult<T>(T? Value, IReadOnlyList<InputProblem> Problems, IReadOnlyList<InputProblem> Warnings)
    where T : class;
