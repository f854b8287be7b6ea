using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Plimsoll.Testing;

namespace Plimsoll.Cli.Tests;

/// <summary><c>tools/profile</c> on a CPU; skipped where no Python has PyTorch.</summary>
public sealed class ProfileToolTests
{
    private static readonly string[] TinyShape =
    [
        "--layers", "3", "--hidden", "64", "--heads", "8", "--kv-heads", "2", "--head-dim", "8", "--vocab", "500", "--build-layers", "2",
        "--device", "cpu", "--repeats", "2", "--seconds", "60", "--max-batch", "8", "--max-context", "256", "--max-prefill", "64",
    ];

    [Theory]
    [InlineData("--intermediate", "128", "--tp", "2")]
    [InlineData("--experts", "4", "--experts-per-token", "2", "--expert-intermediate", "32")]
    public void What_it_measures_can_be_calibrated_from(params string[] mlp)
    {
        using var scratch = new Scratch();

        CliResult run = Python(scratch, [.. TinyShape, .. mlp, "--out", "measured"]).Succeeded();

        Assert.Equal(["meta.json", "operators.csv", "profile.csv"], scratch.NamesIn("measured"));
        JsonElement meta = JsonDocument.Parse(scratch.Read("measured/meta.json")).RootElement;
        Assert.StartsWith("CPU", meta.GetProperty("device").GetString(), StringComparison.Ordinal);
        Assert.Contains($"{meta.GetProperty("steps").GetInt32()} steps", run.Output, StringComparison.Ordinal);
        JsonElement json = scratch.Run("calibrate", "--from", "measured/profile.csv", "--form", "table", "--holdout", "0", "--json").Succeeded().Json;
        Assert.Equal(meta.GetProperty("steps").GetInt32(), json.GetProperty("rows").GetProperty("steps_used").GetInt32());
    }

    [Fact]
    public void It_reads_the_shapes_that_the_catalogue_prints_and_names_everything_wrong()
    {
        using var scratch = new Scratch();
        scratch.Write("all.json", Cli.Run("catalog", "models", "--json").Succeeded().Output);
        scratch.Write("one.json", Cli.Run("catalog", "models", "llama-3.1-8b", "--json").Succeeded().Output);

        Python(scratch, "--model-json", "all.json", "--out", "measured").Refused("give the name of one");
        Python(scratch, "--model-json", "one.json", "--tp", "3", "--out", "one.json").Refused(
            "--tp: 32 heads cannot be split over 3", "'one.json' is a file");
        Python(scratch, "--layers", "2", "--seconds", "0", "--out", "measured").Refused("--hidden: missing", "--vocab: missing", "--seconds: must be above 0");
        Assert.Equal(["all.json", "one.json"], scratch.Names);
    }

    private static CliResult Python(Scratch scratch, params string[] arguments)
    {
        foreach (string name in (string[])["python3", "/usr/bin/python3"])
        {
            if (Run(scratch, name, "-c", "import torch") is { ExitCode: 0 })
            {
                return Run(scratch, name, [Repository.PathOf("tools/profile/profile_gpu.py"), .. arguments])!;
            }
        }

        Assert.Skip("no Python here has PyTorch");
        return null!;
    }

    private static CliResult? Run(Scratch scratch, string name, params string[] arguments)
    {
        var start = new ProcessStartInfo(name, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = scratch.Folder,
        };
        try
        {
            using Process? process = Process.Start(start);
            return process is null ? null : Cli.Finish(process);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
