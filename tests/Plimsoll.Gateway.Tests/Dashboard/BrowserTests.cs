using System.Diagnostics;
using Plimsoll.Gateway.Observing.Live;
using Plimsoll.Gateway.Tests.Hosting;
using Plimsoll.Testing;

namespace Plimsoll.Gateway.Tests.Dashboard;

/// <summary>The dashboard in a real browser, on a gateway under traffic.</summary>
public sealed class BrowserTests
{
    [Fact]
    public async Task The_dashboard_lives_in_a_browser()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        string scripts = Repository.PathOf("tests/browser");
        string chromium = Environment.GetEnvironmentVariable("PLIMSOLL_CHROMIUM") ?? "/usr/bin/chromium";
        Assert.SkipUnless(File.Exists(chromium), "Chromium is not installed.");
        Assert.SkipUnless(Directory.Exists(Path.Combine(scripts, "node_modules")), "Run npm ci in tests/browser first.");
        Assert.SkipUnless(OnPath("node"), "Node.js is not installed.");
        string pictures = Environment.GetEnvironmentVariable("PLIMSOLL_SCREENSHOTS") ?? Repository.PathOf("artifacts/dashboard");

        await using LiveFleet fleet = await LiveFleet.StartAsync(3, options => options with
        {
            WhatIf = new FakeWhatIf(),
            LoadLine = traffic => traffic.Requests.Count == 0 ? null : new LiveLoadLine(
                1.4 * traffic.Rates.ArrivedPerSecond + 1, 1.2 * traffic.Rates.ArrivedPerSecond + 1, "memory", 0.012, 160_000, "Made up for the picture."),
        });
        fleet.Ask(14);
        await Served.UntilAsync(() => fleet.Completed > 20);

        ProcessStartInfo start = new("node", [Path.Combine(scripts, "dashboard.mjs"), pictures, fleet.Gateway.AdminAddress!.AbsoluteUri])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(stop);
        string problems = await process.StandardError.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);

        Assert.True(process.ExitCode == 0, problems + await output);
    }

    private static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, program)));
}
