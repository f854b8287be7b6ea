using Plimsoll.Serving.Dispatch;

namespace Plimsoll.Gateway.Hosting;

/// <summary>What a live fleet decides by.</summary>
/// <param name="Dispatch">Admission, ordering, routing, and the window of each replica; that of adaptive windows is where they
/// begin.</param>
/// <param name="AdaptsWindows">Whether windows follow what each engine can take.</param>
public sealed record ServingPolicies(DispatcherConfiguration Dispatch, bool AdaptsWindows = false);
