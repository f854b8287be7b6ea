namespace Plimsoll.Performance.StepTime;

/// <summary>
/// The time of a decode-only step as a straight line in the total context, for a fixed number of sequences:
/// <c>BasePicoseconds + PicosecondsPerContextToken · context</c>, valid for contexts up to <see cref="ValidThroughContextTokens"/>.
/// Integer, so that the sum over many steps in closed form equals the sum step by step, to the picosecond.
/// </summary>
/// <param name="BasePicoseconds">Value of the line at context 0 (may be negative when the line is a later piece of a curve).</param>
/// <param name="PicosecondsPerContextToken">Slope.</param>
/// <param name="ValidThroughContextTokens">Last context the line holds for; <see cref="long.MaxValue"/> if for all.</param>
public readonly record struct DecodeLine(long BasePicoseconds, long PicosecondsPerContextToken, long ValidThroughContextTokens);
