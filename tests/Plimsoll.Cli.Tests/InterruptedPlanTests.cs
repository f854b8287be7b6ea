using System.Diagnostics;
using System.Globalization;

namespace Plimsoll.Cli.Tests;

/// <summary>Plans whose simulation would take for ever, and are interrupted in it.</summary>
public sealed class InterruptedPlanTests
{
    // Far more than building the plan takes: the simulation has begun.
    private static readonly TimeSpan InTheMiddle = TimeSpan.FromSeconds(3);

    [Theory]
    [InlineData("loadline --prompt uniform:10:1600 --output uniform:10:1600 --kv-tokens 131000 --step-time const:0.0372 --chunk 512 --verify --replications 10000")]
    [InlineData("afd --prompt const:100 --output geometric:500 --batch 256 --attention 0.00165:50 --ffn 0.083:100 --comm 0.022:20 --replications 10000")]
    [InlineData("fleet --prompt uniform:10:1600 --output uniform:10:1600 --arrivals poisson:5 --gpu h100 --tp 1 --slo ttft=1s --replications 10000")]
    public async Task What_there_is_comes_out_and_is_marked_partial(string arguments)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        using Process process = Cli.Start(null, ["plan", .. arguments.Split(' '), "--json"]);
        while (!process.HasExited && process.TotalProcessorTime < InTheMiddle)
        {
            await Task.Delay(20, stop);
        }

        using Process interrupt = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
        CliResult result = Cli.Finish(process);

        Assert.Equal(130, result.ExitCode);
        Assert.True(result.Json.GetProperty("partial").GetBoolean());
    }
}
