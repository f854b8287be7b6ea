using Plimsoll.Gateway.Dispatching;
using Plimsoll.Serving.Dispatch;
using Plimsoll.Serving.Dispatch.Log;

namespace Plimsoll.Gateway.Recording;

/// <summary>
/// Sees what one dispatcher is told and decides, and hands it on without waiting. Whatever could not be handed on leaves a gap, and after
/// it comes the dispatcher's whole state, so that what follows can be replayed by itself.
/// </summary>
internal sealed class PoolRecorder(DecisionRecorder recorder, Dispatcher dispatcher, PoolLog log) : IDispatchWitness
{
    private long _number;
    private long _lost;
    private int _part;
    private bool _writing;

    /// <summary>
    /// Hands the state on, from which the next events go on; before the first event, or after the one that was seen last.
    /// </summary>
    public void Begin()
    {
        var head = new DecisionLogHead(log.Pool, log.Run, _part + 1, _number, _lost);
        _writing = recorder.TryBegin(log, head, dispatcher.Saved());
        _part += _writing ? 1 : 0;
    }

    public void Saw(in DispatchInput input, ReadOnlySpan<DispatchEffect> effects)
    {
        _number++;
        if (!_writing)
        {
            _lost++;
            if (recorder.HasRoom && !log.Stopped)
            {
                Begin();
            }

            return;
        }

        if (log.Stopped || !recorder.TryWrite(log, new DecisionEvent(_number, input, effects.ToArray())))
        {
            _writing = false;
            _lost++;
            recorder.CountLost();
        }
        else if (log.TakeFull())
        {
            Begin();
        }
    }
}
