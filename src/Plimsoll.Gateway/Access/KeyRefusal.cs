namespace Plimsoll.Gateway.Access;

/// <summary>Why a key lets no request in now.</summary>
/// <param name="Limit">The limit that is used up.</param>
/// <param name="RetryAfterSeconds">When it is worth trying again, from 1.</param>
public readonly record struct KeyRefusal(string Limit, int RetryAfterSeconds);
