using System.Diagnostics;

namespace Plimsoll.Metrics.Tests.Reports;

public sealed class BrowserTests
{
    [Fact]
    public async Task Pages_look_right_in_a_browser()
    {
        string scripts = Path.Combine(RepositoryRoot(), "tests", "browser");
        string chromium = Environment.GetEnvironmentVariable("PLIMSOLL_CHROMIUM") ?? "/usr/bin/chromium";
        Assert.SkipUnless(File.Exists(chromium), "Chromium is not installed.");
        Assert.SkipUnless(Directory.Exists(Path.Combine(scripts, "node_modules")), "Run npm ci in tests/browser first.");
        Assert.SkipUnless(OnPath("node"), "Node.js is not installed.");

        string? wanted = Environment.GetEnvironmentVariable("PLIMSOLL_SCREENSHOTS");
        DirectoryInfo pictures = wanted is null ? Directory.CreateTempSubdirectory("plimsoll-") : Directory.CreateDirectory(wanted);
        string folder = pictures.FullName;
        ProcessStartInfo start = new("node", [Path.Combine(scripts, "screenshot.mjs"), folder, .. SamplePages.Write(folder)])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string problems = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, problems + await output);
    }

    private static string RepositoryRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Plimsoll.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run from a checkout.");
    }

    private static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, program)));
}
