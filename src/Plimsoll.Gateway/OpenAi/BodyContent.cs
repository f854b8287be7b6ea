using System.Net;

namespace Plimsoll.Gateway.OpenAi;

/// <summary>A buffered body on its way to an engine: holds the buffer as long as it is written from.</summary>
/// <param name="body">The body as it came.</param>
/// <param name="salt">A field of ours to be added; empty for none, which leaves the body as it is.</param>
internal sealed class BodyContent(BodyBuffer body, ReadOnlyMemory<byte> salt = default) : HttpContent
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
            int before = salt.IsEmpty ? body.Bytes.Length : CacheSalt.PlaceIn(body.Bytes.Span);
            await stream.WriteAsync(body.Bytes[..before], cancellationToken).ConfigureAwait(false);
            if (!salt.IsEmpty)
            {
                await stream.WriteAsync(salt, cancellationToken).ConfigureAwait(false);
                await stream.WriteAsync(body.Bytes[before..], cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            body.Dispose();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = body.Bytes.Length + salt.Length;
        return true;
    }
}
