using System.Threading.Channels;
using Plimsoll.Core;
using Plimsoll.Gateway.Recording;
using Plimsoll.Workloads.Traces;

namespace Plimsoll.Cli.Output;

/// <summary>
/// Writes the traffic of a gateway as traces, one file after the other. Requests never wait for it: where the disk is too slow, rows are
/// left out and counted.
/// </summary>
internal sealed class TraceRecorder : IRequestTrace, IAsyncDisposable
{
    private const int MostWaiting = 10_000;

    private readonly Channel<InferenceRequest> _requests =
        Channel.CreateBounded<InferenceRequest>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });

    private readonly RecordFolder _folder;
    private readonly Task _writing;
    private long _lost;

    public TraceRecorder(RecordFolder folder)
    {
        _folder = folder;
        _writing = Task.Run(WriteAllAsync);
    }

    /// <summary>Requests that are in no file.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    public void Write(in InferenceRequest request)
    {
        if (!_requests.Writer.TryWrite(request))
        {
            Interlocked.Increment(ref _lost);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _requests.Writer.TryComplete();
        await _writing.ConfigureAwait(false);
    }

    private async Task WriteAllAsync()
    {
        FileStream? file = null;
        RecordedTraceWriter? rows = null;
        while (await _requests.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            try
            {
                if (file is null)
                {
                    file = _folder.Create("trace", "csv");
                    rows = new RecordedTraceWriter(file);
                }

                while (_requests.Reader.TryRead(out InferenceRequest request))
                {
                    rows!.Write(request);
                }

                rows!.Flush();
                if (file.Position >= _folder.FileBytes)
                {
                    _folder.Close(file);
                    file = null;
                }
            }
            catch (Exception broken) when (broken is IOException or UnauthorizedAccessException)
            {
                Terminal.Say($"the traffic is no longer recorded: {broken.Message}");
                await CountRestAsync().ConfigureAwait(false);
            }
        }

        if (file is not null)
        {
            _folder.Close(file);
        }
    }

    private async Task CountRestAsync()
    {
        await foreach (InferenceRequest _ in _requests.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            Interlocked.Increment(ref _lost);
        }
    }
}
