using System.Xml.Linq;
using Plimsoll.Metrics.Reports;
using Plimsoll.Metrics.Reports.Html;

namespace Plimsoll.Metrics.Tests.Reports;

public sealed class HtmlReportTests
{
    private const string Hostile = "<script>alert(\"1\")</script> & 'x' \u0007";

    [Fact]
    public void Everything_given_as_text_is_escaped()
    {
        RunReport report = SampleRun.Simulate(requests: 300) with
        {
            Title = Hostile,
            Notes = [Hostile],
            Configuration = [new(Hostile, Hostile)],
            RejectedReasons = [new(Hostile, 1)],
        };
        string html = Html(report);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain('\u0007', html);
        Assert.Contains("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39; \uFFFD", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_of_contenders_are_escaped_in_plots_and_tables()
    {
        RunReport run = SmallRun.Report();
        ComparisonReport report = new() { Runs = [new ComparedRun(Hostile, [run, run]), new ComparedRun("b" + Hostile, [run, run])] };
        using StringWriter output = new();
        ComparisonHtml.Write(report, output);
        Assert.DoesNotContain("<script", output.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Nothing_is_fetched_from_anywhere()
    {
        string html = Html(SampleRun.Simulate(requests: 300));
        Assert.DoesNotContain("http:", html, StringComparison.Ordinal);
        Assert.DoesNotContain("https:", html, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", html, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", html, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", html, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_run_gives_the_same_page() =>
        Assert.Equal(Html(SampleRun.Simulate(requests: 300)), Html(SampleRun.Simulate(requests: 300)));

    [Fact]
    public void Every_element_is_closed()
    {
        string html = Html(SampleRun.Simulate(requests: 300));
        string body = html[html.IndexOf("<main>", StringComparison.Ordinal)..html.IndexOf("</body>", StringComparison.Ordinal)];
        XElement main = XElement.Parse(body);
        Assert.Equal(9, main.Descendants("figure").Count());
        Assert.All(main.Descendants("figure").Elements("svg"), svg =>
        {
            Assert.Equal("img", (string?)svg.Attribute("role"));
            Assert.NotEmpty((string?)svg.Attribute("aria-label") ?? "");
            Assert.NotEmpty(svg.Element("desc")?.Value ?? "");
        });
        Assert.DoesNotContain("NaN", body, StringComparison.Ordinal);
        Assert.DoesNotContain("∞", body, StringComparison.Ordinal);
    }

    [Fact]
    public void The_numbers_of_the_summary_are_those_of_the_report()
    {
        string html = Html(SmallRun.Report());
        Assert.Contains("5 requests over 2 s on 2 replicas: 3 completed, 1 rejected, 1 cancelled.", html, StringComparison.Ordinal);
        Assert.Contains("<span>Throughput</span><b>1.50 req/s</b>", html, StringComparison.Ordinal);
        Assert.Contains("keep TTFT ≤ 250 ms", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_of_its_own_can_be_built_from_parts()
    {
        HtmlPage page = new("Plan", "Where the load line is.");
        page.Section("Numbers", "In short.");
        page.Table(new HtmlTable("Loads", ["", "load"], [["a", new HtmlCell("1", Emphasis: true)]]));
        using StringWriter output = new();
        page.Write(output);
        Assert.Contains("<th scope=\"row\">a</th><td><strong>1</strong></td>", output.ToString(), StringComparison.Ordinal);
    }

    private static string Html(RunReport report)
    {
        using StringWriter output = new();
        HtmlReport.Write(report, output);
        return output.ToString();
    }
}
