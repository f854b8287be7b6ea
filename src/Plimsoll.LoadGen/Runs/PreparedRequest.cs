using Plimsoll.LoadGen.Prompts;

namespace Plimsoll.LoadGen.Runs;

/// <summary>A request with its bytes, ready to leave.</summary>
internal readonly record struct PreparedRequest(RequestRecord Record, RequestBytes Bytes);
