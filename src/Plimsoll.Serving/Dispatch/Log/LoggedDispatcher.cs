namespace Plimsoll.Serving.Dispatch.Log;

/// <summary>
/// A dispatcher that is told values: the same call for a live gateway, which logs them, and for a replay, which reads them.
/// </summary>
public static class LoggedDispatcher
{
    /// <summary>Tells the dispatcher.</summary>
    public static void Apply(this Dispatcher dispatcher, in DispatchInput input, DispatchEffects effects)
    {
        switch (input.Kind)
        {
            case DispatchInputKind.Arrived:
                dispatcher.OnArrival(input.Request, input.Now, effects);
                break;
            case DispatchInputKind.Reported:
                dispatcher.OnReport(input.Report);
                break;
            case DispatchInputKind.Ended:
                dispatcher.OnEnded(input.Replica, input.ChargedTokens, input.Now, effects, input.Served);
                break;
            case DispatchInputKind.Retried:
                dispatcher.OnRetry(input.Request, input.Replica, input.ChargedTokens, input.Now, effects);
                break;
            case DispatchInputKind.Windowed:
                dispatcher.OnWindow(input.Replica, input.WindowRequests, input.Now, effects);
                break;
            case DispatchInputKind.Cancelled:
                dispatcher.OnCancelled(input.Request.Id, input.Now);
                break;
            case DispatchInputKind.TimePassed:
                dispatcher.OnTimer(input.Now, effects);
                break;
            case DispatchInputKind.Forgotten:
                dispatcher.OnForgotten(input.Replica, input.KeptTokens);
                break;
            case DispatchInputKind.Stored:
                dispatcher.OnStored(input.Replica, input.Prefixes);
                break;
            case DispatchInputKind.Removed:
                dispatcher.OnRemoved(input.Replica, input.Prefixes);
                break;
            default:
                dispatcher.Reconfigure(input.Configuration!, input.Now, effects);
                break;
        }
    }
}
