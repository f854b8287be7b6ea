using Plimsoll.LoadGen.Http;

namespace Plimsoll.LoadGen.Tests.Http;

public sealed class TargetTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8000", "127.0.0.1", 8000, false, "", "127.0.0.1:8000")]
    [InlineData("http://127.0.0.1:8000/v1/", "127.0.0.1", 8000, false, "", "127.0.0.1:8000")]
    [InlineData("https://api.example.com/llm/v1", "api.example.com", 443, true, "/llm", "api.example.com")]
    [InlineData("http://[::1]:9/", "::1", 9, false, "", "[::1]:9")]
    public void An_address_is_read(string text, string host, int port, bool secure, string path, string authority)
    {
        Assert.True(Target.TryParse(text, out Target? target, out string problem), problem);
        Assert.Equal((new Target(host, port, secure, path), authority), (target, target.Authority));
    }

    [Theory]
    [InlineData("localhost:8000")]
    [InlineData("")]
    [InlineData("ftp://host")]
    [InlineData("http://user:secret@host")]
    [InlineData("http://host/v1?key=1")]
    public void What_is_no_address_of_a_server_is_refused(string text)
    {
        Assert.False(Target.TryParse(text, out _, out string problem));
        Assert.NotEqual("", problem);
        Assert.DoesNotContain("secret", problem, StringComparison.Ordinal);
    }
}
