using Plimsoll.Core;

namespace Plimsoll.Workloads.Traces.Formats;

/// <summary>
/// Draws requests from a ServeGen model. Each client is a renewal process in its own operational time: gaps of mean 1 are used up at the
/// client's current rate, also across windows, so that its expected number of requests is exactly rate times time and its burstiness
/// carries over. Prompt and output lengths are independent, as the model has only their marginals.
/// </summary>
internal sealed class ServeGenSource : ITraceSource
{
    private readonly PriorityQueue<ClientState, (long Time, int Client)> _clients = new();
    private readonly double _start;

    public ServeGenSource(ServeGenModel model, TraceOptions options)
    {
        _start = options.WindowStart.Seconds;
        double end = options.WindowLength is { } length ? _start + length.Seconds : double.PositiveInfinity;
        foreach (string remark in model.Remarks)
        {
            Notes.Remark(remark);
        }

        Notes.Remark("prompt and output lengths are drawn independently: the model has no joint distribution");
        foreach (ServeGenClient client in model.Clients)
        {
            Push(new ClientState(client, options, _start, end));
        }
    }

    public TraceFormat Format => ServeGenModel.Format;

    public TraceNotes Notes { get; } = new();

    public int Read(Span<InferenceRequest> buffer)
    {
        int count = 0;
        while (count < buffer.Length && _clients.TryPeek(out ClientState? client, out (long Time, int Client) next))
        {
            buffer[count++] = client.Draw(new RequestId(Notes.Requests++), new Instant(next.Time));
            Requeue(client);
        }

        return count;
    }

    private void Push(ClientState client)
    {
        if (client.TryAdvance(out double seconds))
        {
            _clients.Enqueue(client, Key(client, seconds));
        }
    }

    private void Requeue(ClientState client)
    {
        if (client.TryAdvance(out double seconds))
        {
            _clients.DequeueEnqueue(client, Key(client, seconds));
        }
        else
        {
            _clients.Dequeue();
        }
    }

    private (long Time, int Client) Key(ClientState client, double seconds) =>
        (Instant.FromSeconds(seconds - _start).Nanoseconds, client.Number);

    /// <summary>Where one client stands.</summary>
    private sealed class ClientState
    {
        private readonly ServeGenClient _client;
        private readonly RequestDetails _details;
        private readonly double _rateScale;
        private readonly double _end;
        private RandomStream _gapDice;
        private RandomStream _promptDice;
        private RandomStream _outputDice;
        private int _window;
        private double _now;
        private bool _begun;

        public ClientState(ServeGenClient client, TraceOptions options, double start, double end)
        {
            (_client, _rateScale, _now, _end) = (client, options.RateScale, start, end);
            _details = new RequestDetails { Client = $"client-{client.Number}" };
            _gapDice = options.Random.Stream($"servegen/{client.Number}/arrivals");
            _promptDice = options.Random.Stream($"servegen/{client.Number}/prompt");
            _outputDice = options.Random.Stream($"servegen/{client.Number}/output");
        }

        public int Number => _client.Number;

        public InferenceRequest Draw(RequestId id, Instant arrival)
        {
            ServeGenSlot slot = _client.SlotAt(_now);
            return new InferenceRequest(id, arrival, slot.Prompt.Sample(ref _promptDice), slot.Output.Sample(ref _outputDice), _details);
        }

        /// <summary>Moves to the client's next request; false when there is none before the end.</summary>
        public bool TryAdvance(out double seconds)
        {
            double gap = -1;
            for (; _window < _client.Windows.Length; _window++)
            {
                ref readonly ServeGenWindow window = ref _client.Windows[_window];
                double rate = window.Rate * _rateScale;
                _now = Math.Max(_now, window.StartSeconds);
                if (rate <= 0 || _now >= window.EndSeconds)
                {
                    continue;
                }

                gap = gap >= 0 ? gap : NextGap(window);
                double room = (window.EndSeconds - _now) * rate;
                if (gap < room)
                {
                    _now += gap / rate;
                    break;
                }

                gap -= room;
            }

            seconds = _now;
            return _window < _client.Windows.Length && _now < _end;
        }

        private double NextGap(in ServeGenWindow window)
        {
            double gap = _begun ? window.Gaps.Sample(ref _gapDice) : window.Gaps.SampleResidual(ref _gapDice);
            _begun = true;
            return gap;
        }
    }
}
