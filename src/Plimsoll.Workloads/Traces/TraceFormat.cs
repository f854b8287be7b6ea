namespace Plimsoll.Workloads.Traces;

/// <summary>One trace format: how to recognise it, read it, and write it if it can be written.</summary>
public sealed class TraceFormat
{
    internal TraceFormat(string name, string description)
    {
        Name = name;
        Description = description;
    }

    internal delegate bool Detector(ReadOnlySpan<byte> beginning, ReadOnlySpan<byte> firstLine);

    /// <summary>Its name on the command line.</summary>
    public string Name { get; }

    /// <summary>One line: fields and units.</summary>
    public string Description { get; }

    /// <summary>True when <see cref="CreateWriter"/> works.</summary>
    public bool CanWrite => Writer is not null;

    /// <summary>What the format keeps of a request besides its lengths.</summary>
    public TraceFeatures Keeps { get; internal init; }

    internal Detector? Detects { get; init; }

    internal Func<TraceInput, ITraceSource>? Reader { get; init; }

    internal Func<Stream, TraceRowWriter>? Writer { get; init; }

    /// <summary>
    /// A writer that puts requests on <paramref name="stream"/> in this format; dispose it to finish. The stream stays open.
    /// </summary>
    /// <exception cref="InvalidOperationException">This format cannot be written.</exception>
    public TraceWriter CreateWriter(Stream stream) =>
        Writer is { } create ? new TraceWriter(this, create(stream)) : throw new InvalidOperationException($"{Name} cannot be written");

    /// <summary>One sentence for each thing among <paramref name="seen"/> that this format cannot hold.</summary>
    public IReadOnlyList<string> LossesFor(TraceFeatures seen) => TraceLosses.Describe(this, seen & ~Keeps);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
