using System.Text;
using Plimsoll.LoadGen.Http;

namespace Plimsoll.LoadGen.Tests.Http;

public sealed class ResponseHeadTests
{
    private const string Usual = "HTTP/1.1 200 OK\r\nServer: x\r\nCONTENT-TYPE: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\nrest";

    [Fact]
    public void A_head_is_read_once_it_is_whole()
    {
        byte[] bytes = Encoding.ASCII.GetBytes(Usual);
        for (int length = 0; length < Usual.Length - 4; length++)
        {
            Assert.Equal(0, ResponseHead.Read(bytes.AsSpan(0, length), out _));
        }

        Assert.Equal(Usual.Length - 4, ResponseHead.Read(bytes, out ResponseHead head));
        Assert.Equal(new ResponseHead(200, -1, true, true, true), head);
    }

    [Theory]
    [InlineData("HTTP/1.1 429 Too Many Requests\r\nContent-Length: 12\r\nConnection: close\r\n\r\n", 429, 12, false)]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length:0\r\n\r\n", 200, 0, false)]
    [InlineData("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n\r\n", 200, -1, true)]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n", 100, -1, true)]
    public void Status_length_and_keeping_are_read(string text, int status, long length, bool keeps)
    {
        Assert.Equal(text.Length, ResponseHead.Read(Encoding.ASCII.GetBytes(text), out ResponseHead head));
        Assert.Equal(new ResponseHead(status, length, false, keeps, false), head);
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH\r\n")]
    [InlineData("HTTP/2 200\r\n\r\n")]
    [InlineData("HTTP/1.1 abc OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon\r\n\r\n")]
    public void What_is_no_http_is_refused(string text) =>
        Assert.Throws<InvalidDataException>(() => ResponseHead.Read(Encoding.ASCII.GetBytes(text), out _));
}
