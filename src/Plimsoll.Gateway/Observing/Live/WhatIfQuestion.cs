namespace Plimsoll.Gateway.Observing.Live;

/// <summary>What would the last minutes have been under other policies?</summary>
/// <param name="Traffic">The last minutes, and the policies that applied.</param>
/// <param name="Admission">Another admission policy, as in configuration; null for the same.</param>
/// <param name="Ordering">Another ordering policy; null for the same.</param>
/// <param name="Routing">Another routing policy; null for the same.</param>
/// <param name="Window">Another window, a number or "none"; null for the same.</param>
public sealed record WhatIfQuestion(LiveTraffic Traffic, string? Admission, string? Ordering, string? Routing, string? Window);
