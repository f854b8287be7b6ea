using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Plimsoll.Cli.Tests;

/// <summary>The real program, in a process of its own.</summary>
internal static class Cli
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Runs it to its end with nothing on standard input.</summary>
    public static CliResult Run(params string[] arguments) => Run(null, _ => { }, arguments);

    /// <summary>Runs it to its end in a folder, with an input.</summary>
    public static CliResult Run(string? folder, Action<Stream> writeInput, params string[] arguments)
    {
        using Process process = Start(folder, arguments);
        var input = Task.Run(() => Feed(process, writeInput));
        CliResult result = Finish(process);
        input.GetAwaiter().GetResult();
        return result;
    }

    /// <summary>Starts it; whoever starts it finishes it.</summary>
    public static Process Start(string? folder, params string[] arguments) => Start(folder, [], arguments);

    /// <summary>Starts it with more in its environment.</summary>
    public static Process Start(string? folder, IEnumerable<KeyValuePair<string, string>> environment, string[] arguments)
    {
        string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } given ? given : "dotnet";
        var start = new ProcessStartInfo(host, ["exec", Path.Combine(AppContext.BaseDirectory, "plimsoll.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = folder ?? AppContext.BaseDirectory,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException("the program did not start");
    }

    /// <summary>Waits for its end; a program that hangs is ended and fails the test.</summary>
    public static CliResult Finish(Process process)
    {
        var error = Task.Run(process.StandardError.ReadToEnd);
        var output = Task.Run(process.StandardOutput.ReadToEnd);
        if (!process.WaitForExit(Patience))
        {
            process.Kill();
            Assert.Fail("the program hangs");
        }

        return new CliResult(process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }

    /// <summary>Sends Ctrl-C when <paramref name="file"/> holds something, so that the run is under way.</summary>
    public static CliResult Interrupt(Process process, string file)
    {
        var growing = new FileInfo(file);
        bool begun = SpinWait.SpinUntil(() => HoldsSomething(growing) || process.HasExited, Patience);
        using Process kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
        CliResult result = Finish(process);
        Assert.True(begun, result.Error);
        return result;
    }

    private static bool HoldsSomething(FileInfo file)
    {
        file.Refresh();
        return file.Exists && file.Length > 0;
    }

    private static void Feed(Process process, Action<Stream> writeInput)
    {
        try
        {
            writeInput(process.StandardInput.BaseStream);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It did not want to hear more.
        }
    }
}
