using Plimsoll.Workloads.Arrivals;

namespace Plimsoll.Workloads.Traces.Formats;

/// <summary>One client of a ServeGen model: its rate window by window, and its lengths in slots of several hours.</summary>
internal sealed record ServeGenClient(int Number, ServeGenWindow[] Windows, ServeGenSlot[] Slots)
{
    /// <summary>The lengths in force at a time: the last slot begun by then that has any, else the first that has.</summary>
    public ServeGenSlot SlotAt(double seconds)
    {
        ServeGenSlot found = Slots[0];
        foreach (ServeGenSlot slot in Slots)
        {
            if (slot.StartSeconds > seconds)
            {
                break;
            }

            found = slot;
        }

        return found;
    }
}

/// <summary>A stretch of constant rate (requests per second, seconds from the model's start).</summary>
internal readonly record struct ServeGenWindow(double StartSeconds, double EndSeconds, double Rate, double Variation, RenewalGaps Gaps);

/// <summary>Prompt and output lengths from a time on.</summary>
internal sealed record ServeGenSlot(double StartSeconds, LengthTable Prompt, LengthTable Output);
