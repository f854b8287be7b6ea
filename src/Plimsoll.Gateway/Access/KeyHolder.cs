namespace Plimsoll.Gateway.Access;

/// <summary>Somebody whose key is known, and what is left of its limits.</summary>
public sealed record KeyHolder(ApiKey Key, KeyBudget Budget);
