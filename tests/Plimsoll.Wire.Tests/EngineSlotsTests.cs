using System.Text;

namespace Plimsoll.Wire.Tests;

/// <summary>The slots of llama.cpp's server, new and old, and what is none.</summary>
public sealed class EngineSlotsTests
{
    [Theory]
    [InlineData("""[{"id":0,"is_processing":true},{"id":1,"is_processing":false},{"id":2,"is_processing":true}]""", 2)]
    [InlineData("""[{"id":0,"state":1},{"id":1,"state":0}]""", 1)]
    [InlineData("[]", 0)]
    [InlineData("""[{"id":0}]""", null)]
    [InlineData("""[1]""", null)]
    [InlineData("""{"error":{"code":501}}""", null)]
    [InlineData("""[{"id":0,"is_pro""", null)]
    [InlineData("", null)]
    public void Busy_slots_are_running_requests(string json, int? running)
    {
        EngineLoad load = EngineSlots.Read(Encoding.UTF8.GetBytes(json));

        Assert.Equal(running, load.RunningRequests);
        Assert.Null(load.WaitingRequests);
    }
}
