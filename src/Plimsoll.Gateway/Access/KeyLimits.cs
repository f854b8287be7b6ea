namespace Plimsoll.Gateway.Access;

/// <summary>Limits of one key; null for none.</summary>
/// <param name="RequestsPerMinute">Requests in a minute, from 1; a whole minute's may come at once.</param>
/// <param name="TokensPerMinute">Prompt and output tokens in a minute, from 1, as the engines count them: paid after the answer.</param>
/// <param name="Concurrency">Requests at the same time, from 1.</param>
public sealed record KeyLimits(int? RequestsPerMinute = null, long? TokensPerMinute = null, int? Concurrency = null);
