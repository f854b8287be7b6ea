namespace Plimsoll.Performance.Catalog;

/// <summary>Power of one device that decodes.</summary>
/// <param name="RunningRequests">Mean number of requests decoded together.</param>
/// <param name="Watts">Mean power.</param>
public sealed record DecodePowerRow(double RunningRequests, double Watts);
