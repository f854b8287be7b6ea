using Plimsoll.Core;
using Plimsoll.Gateway.Observing.Live;
using Plimsoll.Metrics;
using Plimsoll.Metrics.Reports;

namespace Plimsoll.Gateway.Tests.Dashboard;

/// <summary>A simulator that halves every time, and knows one policy not to be one.</summary>
internal sealed class FakeWhatIf : IWhatIf
{
    public WhatIfQuestion? Asked { get; private set; }

    public WhatIfAnswer Compare(WhatIfQuestion question, CancellationToken stop)
    {
        Asked = question;
        return question.Routing == "no-such-policy"
            ? new WhatIfAnswer { Problems = ["routing: unknown routing policy 'no-such-policy'"] }
            : new WhatIfAnswer
            {
                Current = Run("round-robin", 200, question.Traffic.Requests.Count),
                Other = Run(question.Routing ?? "the same", 100, question.Traffic.Requests.Count),
                Notes = ["Nothing was simulated."],
            };
    }

    private static WhatIfRun Run(string policies, int milliseconds, int requests)
    {
        var sketch = new LatencySketch();
        sketch.Add(Duration.FromMilliseconds(milliseconds));
        var summary = LatencySummary.Of(sketch);
        return new WhatIfRun(policies, requests, 0, summary, summary, summary, summary);
    }
}
