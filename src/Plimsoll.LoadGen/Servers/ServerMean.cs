namespace Plimsoll.LoadGen.Servers;

/// <summary>A mean that the server's own histogram gives for the time of a run.</summary>
/// <param name="Name">What it is, as it stands in JSON, such as <c>ttft_seconds</c>.</param>
/// <param name="Seconds">Growth of its sum over growth of its count.</param>
/// <param name="Count">Growth of its count.</param>
public readonly record struct ServerMean(string Name, double Seconds, double Count);
