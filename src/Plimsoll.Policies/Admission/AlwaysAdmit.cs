using Plimsoll.Core;

namespace Plimsoll.Policies.Admission;

/// <summary>Lets every request in.</summary>
/// <remarks>
/// <para>Signals: none, so nothing can be stale.</para>
/// <para>A bad idea above the load line: the queue, and with it the time to first token, grows for as long as the overload lasts.</para>
/// <para>Source: the behaviour of inference engines by default, which queue without a limit.</para>
/// </remarks>
public sealed class AlwaysAdmit : IAdmissionPolicy
{
    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IAdmissionPolicy> Entry { get; } = new()
    {
        Name = "always",
        Summary = "Lets every request in.",
        BadIdea = "Above the load line: the queue and TTFT grow for as long as the overload lasts.",
        Source = "What inference engines do by default: queue without a limit.",
        Signals = Signals.None,
        Create = _ => new AlwaysAdmit(),
    };

    /// <inheritdoc/>
    public AdmissionDecision Decide(in RequestView request, in FleetView fleet) => AdmissionDecision.Accept;
}
