namespace Plimsoll.Cli.Output;

/// <summary>Notices Ctrl-C and lets the work end in order; the second time the process dies as usual.</summary>
internal sealed class Interruption : IDisposable
{
    private volatile bool _happened;

    public Interruption() => Console.CancelKeyPress += OnCancel;

    /// <summary>Whether the user pressed Ctrl-C.</summary>
    public bool Happened => _happened;

    public void Dispose() => Console.CancelKeyPress -= OnCancel;

    private void OnCancel(object? sender, ConsoleCancelEventArgs pressed)
    {
        pressed.Cancel = !_happened;
        _happened = true;
    }
}
