namespace Plimsoll.Gateway.Observing.Live;

/// <summary>Somebody who can tell what recorded traffic would have felt like under other policies: the simulator.</summary>
public interface IWhatIf
{
    /// <summary>Runs the traffic under the policies that are and under those that might be.</summary>
    /// <param name="question">The traffic and the other policies.</param>
    /// <param name="stop">Nobody waits for the answer any more.</param>
    WhatIfAnswer Compare(WhatIfQuestion question, CancellationToken stop);
}
