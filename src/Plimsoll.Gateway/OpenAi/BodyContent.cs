using System.Net;

namespace Plimsoll.Gateway.OpenAi;

/// <summary>A buffered body on its way to an engine: holds the buffer as long as it is written from.</summary>
internal sealed class BodyContent(BodyBuffer body) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (!body.TryHold())
        {
            throw new IOException("the request has ended");
        }

        try
        {
            await stream.WriteAsync(body.Bytes, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            body.Dispose();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = body.Bytes.Length;
        return true;
    }
}
