namespace Plimsoll.Performance;

/// <summary>One mistake (or one doubt) in what the user gave, with the place where it stands.</summary>
/// <param name="File">Name of the file, or of the option when there is no file.</param>
/// <param name="Line">Line from 1; 0 when the place has no lines.</param>
/// <param name="Field">Path of the field, such as <c>gpus[0].memory.usable_bytes</c>; may be empty.</param>
/// <param name="Message">What is wrong and what would be right.</param>
public readonly record struct InputProblem(string File, int Line, string Field, string Message)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        string place = Line > 0 ? $"{File}:{Line}" : File;
        return Field.Length > 0 ? $"{place}: {Field}: {Message}" : $"{place}: {Message}";
    }
}
