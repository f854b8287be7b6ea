using Microsoft.Extensions.Hosting;

namespace Plimsoll.Gateway.Hosting;

/// <summary>Leaves signals to the program that hosts the gateway.</summary>
internal sealed class QuietLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
