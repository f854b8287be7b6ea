using Plimsoll.Metrics.Reports;

namespace Plimsoll.Metrics.Tests.Reports;

public sealed class TextReportTests
{
    [Fact]
    public void A_small_report_reads_like_this()
    {
        using StringWriter output = new();
        TextReport.Write(SmallRun.Report() with { Partial = true, Digest = 0xabc }, output);
        Assert.Equal(
            """
            Small (partial: cut short)

              requests    5 submitted = 3 completed + 1 rejected + 0 failed + 1 cancelled + 0 in flight
                          rejected for exceeds_kv_capacity: 1
              throughput  1.50 requests/s, 16 output tokens/s over 2 s
              goodput     1 requests/s (66.7 % of completed)
              KV memory   mean 25 %, peak 50 %, 1 preemptions, 12.5 % of prompt tokens cached
              batch       mean 1.50, peak 3, 120 steps of –
              energy      100 J per output token, 9.72e-4 kWh, mean 1,750 W

                       mean      p50      p90      p95      p99     max
              TTFT   200 ms   200 ms   280 ms   290 ms   298 ms  300 ms
              TPOT    40 ms    40 ms    40 ms    40 ms    40 ms   40 ms
              E2E    587 ms   460 ms   892 ms   946 ms   989 ms     1 s
              queue   20 ms  10.0 ms  42.0 ms  46.0 ms  49.2 ms   50 ms

              note: Made up.
              digest 0000000000000abc  seed 7  ran in 500 ms, 10 requests/s

            """,
            output.ToString());
    }

    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(3e-9, "3 ns")]
    [InlineData(1.5e-6, "1.50 µs")]
    [InlineData(0.0372, "37.2 ms")]
    [InlineData(0.99951, "1,000 ms")]
    [InlineData(1.239, "1.24 s")]
    [InlineData(119, "119 s")]
    [InlineData(120, "2 min")]
    [InlineData(7300, "2.03 h")]
    [InlineData(double.NaN, "–")]
    public void Times_have_three_digits_and_a_unit_that_fits(double seconds, string text) =>
        Assert.Equal(text, ComparedMetric.All.Single(metric => metric.Key == "ttft_seconds.p50").Text(seconds));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1234567, "1,234,567")]
    [InlineData(1234.5, "1,235")]
    [InlineData(12.345, "12.3")]
    [InlineData(9.999, "10.0")]
    [InlineData(0.05, "0.0500")]
    [InlineData(-2.5, "-2.50")]
    [InlineData(0.00004, "4e-5")]
    public void Numbers_have_three_digits(double value, string text) =>
        Assert.Equal(text, ComparedMetric.All[0].Text(value));
}
