using Plimsoll.Core;
using Plimsoll.Workloads;
using Plimsoll.Workloads.Arrivals;

namespace Plimsoll.Planning.LoadLine.Simulated;

/// <summary>The traffic of a load line at any rate.</summary>
/// <param name="arrivals">When requests come.</param>
/// <param name="requests">How many.</param>
/// <param name="random">The dice.</param>
public delegate IRequestSource LineTraffic(OpenArrivals arrivals, long requests, RandomTree random);
