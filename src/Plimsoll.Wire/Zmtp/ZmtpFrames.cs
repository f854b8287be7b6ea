using System.Buffers.Binary;
using System.Text;

namespace Plimsoll.Wire.Zmtp;

/// <summary>
/// The frames of ZMTP 3.0, ZeroMQ's protocol, over a stream: greeting, the NULL mechanism, commands and messages (rfc.zeromq.org, 23/ZMTP).
/// The other side may be anybody: nothing longer than the limit is read. One reader and one writer at a time.
/// </summary>
internal sealed class ZmtpFrames(Stream stream, int mostMessageBytes)
{
    /// <summary>Most parts of a message.</summary>
    public const int MostParts = 16;

    private const int GreetingBytes = 64;
    private const int MostCommandBytes = 4096;
    private const byte More = 1;
    private const byte Long = 2;
    private const byte Command = 4;

    private readonly byte[] _head = new byte[9];

    /// <summary>Greets and exchanges READY; both sides may begin.</summary>
    /// <param name="socketType">What this side is: SUB, PUB, DEALER, ROUTER.</param>
    /// <param name="fitting">What the other side may be.</param>
    /// <param name="stop">Nobody waits any more.</param>
    /// <exception cref="InvalidDataException">The other side does not speak ZMTP 3, wants a key, or is another kind of socket.</exception>
    public async Task ShakeHandsAsync(string socketType, string[] fitting, CancellationToken stop)
    {
        byte[] greeting = new byte[GreetingBytes];
        (greeting[0], greeting[9], greeting[10]) = (0xFF, 0x7F, 3);
        "NULL"u8.CopyTo(greeting.AsSpan(12));
        await stream.WriteAsync(greeting, stop).ConfigureAwait(false);
        byte[] other = new byte[GreetingBytes];
        await stream.ReadExactlyAsync(other, stop).ConfigureAwait(false);
        CheckGreeting(other);
        byte[] properties = [.. Property("Socket-Type", socketType), .. Property("Identity", "")];
        await WriteCommandAsync("READY", properties, stop).ConfigureAwait(false);
        (bool isCommand, byte[] body, _) = await ReadFrameAsync(MostCommandBytes, stop).ConfigureAwait(false);
        if (!isCommand || NameOf(body) != "READY")
        {
            throw new InvalidDataException(isCommand ? $"the handshake was refused: {NameOf(body)}" : "a message came before the handshake");
        }

        string type = SocketTypeOf(body);
        if (!fitting.Contains(type))
        {
            throw new InvalidDataException($"a {socketType} socket does not talk to a {type} socket");
        }
    }

    /// <summary>Reads the next message or command: its parts; of a command the one whole body, with its name.</summary>
    /// <exception cref="EndOfStreamException">The other side has gone.</exception>
    /// <exception cref="InvalidDataException">What came is no ZMTP, or too long.</exception>
    public async Task<(bool IsCommand, List<byte[]> Parts)> ReadAsync(CancellationToken stop)
    {
        List<byte[]> parts = [];
        int left = mostMessageBytes;
        while (true)
        {
            (bool isCommand, byte[] body, bool more) = await ReadFrameAsync(left, stop).ConfigureAwait(false);
            left -= body.Length;
            if (isCommand && parts.Count > 0)
            {
                throw new InvalidDataException("a command within a message");
            }

            parts.Add(body);
            if (!more)
            {
                return (isCommand, parts);
            }

            if (parts.Count == MostParts)
            {
                throw new InvalidDataException($"a message of more than {MostParts} parts");
            }
        }
    }

    /// <summary>Reads the next message; commands that come before it are done with.</summary>
    /// <exception cref="EndOfStreamException">The other side has gone.</exception>
    /// <exception cref="InvalidDataException">What came is no ZMTP, or too long.</exception>
    public async Task<IReadOnlyList<byte[]>> ReadMessageAsync(CancellationToken stop)
    {
        while (true)
        {
            (bool isCommand, List<byte[]> parts) = await ReadAsync(stop).ConfigureAwait(false);
            if (!isCommand)
            {
                return parts;
            }

            // A heartbeat of ZMTP 3.1: its context, after name and time to live, comes back. Other commands ask for nothing.
            if (NameOf(parts[0]) == "PING" && parts[0].Length >= 7)
            {
                await WriteCommandAsync("PONG", parts[0].AsMemory(7), stop).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Writes a message.</summary>
    public async Task WriteAsync(IReadOnlyList<ReadOnlyMemory<byte>> parts, CancellationToken stop)
    {
        using var whole = new MemoryStream();
        for (int i = 0; i < parts.Count; i++)
        {
            AppendFrame(whole, i + 1 < parts.Count ? More : (byte)0, parts[i].Span);
        }

        await stream.WriteAsync(whole.GetBuffer().AsMemory(0, (int)whole.Length), stop).ConfigureAwait(false);
    }

    /// <summary>Writes a command: its name and what follows.</summary>
    public async Task WriteCommandAsync(string name, ReadOnlyMemory<byte> rest, CancellationToken stop)
    {
        using var whole = new MemoryStream();
        AppendFrame(whole, Command, [(byte)name.Length, .. Encoding.ASCII.GetBytes(name), .. rest.Span]);
        await stream.WriteAsync(whole.GetBuffer().AsMemory(0, (int)whole.Length), stop).ConfigureAwait(false);
    }

    /// <summary>The name at the beginning of a command's body; empty if there is none.</summary>
    public static string NameOf(ReadOnlySpan<byte> command) =>
        command.Length > 0 && command.Length > command[0] ? Encoding.ASCII.GetString(command.Slice(1, command[0])) : "";

    private static void CheckGreeting(ReadOnlySpan<byte> greeting)
    {
        if (greeting[0] != 0xFF || (greeting[9] & 1) != 1)
        {
            throw new InvalidDataException("the other side does not speak ZMTP");
        }

        if (greeting[10] < 3)
        {
            throw new InvalidDataException($"the other side speaks ZMTP {greeting[10]}; only 3 is known");
        }

        ReadOnlySpan<byte> mechanism = greeting.Slice(12, 20).TrimEnd((byte)0);
        if (!mechanism.SequenceEqual("NULL"u8))
        {
            throw new InvalidDataException("the other side wants to know who asks; only the NULL mechanism is known");
        }
    }

    private static byte[] Property(string name, string value)
    {
        byte[] property = new byte[1 + name.Length + 4 + value.Length];
        property[0] = (byte)name.Length;
        Encoding.ASCII.GetBytes(name, property.AsSpan(1));
        BinaryPrimitives.WriteInt32BigEndian(property.AsSpan(1 + name.Length), value.Length);
        Encoding.ASCII.GetBytes(value, property.AsSpan(5 + name.Length));
        return property;
    }

    private static string SocketTypeOf(ReadOnlySpan<byte> ready)
    {
        ReadOnlySpan<byte> left = ready[(1 + ready[0])..];
        while (left.Length > 0)
        {
            int name = left[0];
            if (left.Length < 5 + name || BinaryPrimitives.ReadUInt32BigEndian(left[(1 + name)..]) is var value && value > left.Length - 5 - name)
            {
                break;
            }

            ReadOnlySpan<byte> text = left.Slice(5 + name, (int)value);
            if (Encoding.ASCII.GetString(left.Slice(1, name)).Equals("Socket-Type", StringComparison.OrdinalIgnoreCase))
            {
                return Encoding.ASCII.GetString(text);
            }

            left = left[(5 + name + (int)value)..];
        }

        throw new InvalidDataException("the handshake does not say which socket it is");
    }

    private static void AppendFrame(MemoryStream to, byte flags, ReadOnlySpan<byte> body)
    {
        Span<byte> size = stackalloc byte[8];
        if (body.Length > byte.MaxValue)
        {
            to.WriteByte((byte)(flags | Long));
            BinaryPrimitives.WriteInt64BigEndian(size, body.Length);
            to.Write(size);
        }
        else
        {
            to.WriteByte(flags);
            to.WriteByte((byte)body.Length);
        }

        to.Write(body);
    }

    private async Task<(bool IsCommand, byte[] Body, bool More)> ReadFrameAsync(int most, CancellationToken stop)
    {
        await stream.ReadExactlyAsync(_head.AsMemory(0, 2), stop).ConfigureAwait(false);
        byte flags = _head[0];
        bool isCommand = (flags & Command) != 0;
        if ((flags & ~(More | Long | Command)) != 0 || (isCommand && (flags & More) != 0))
        {
            throw new InvalidDataException($"no frame begins with {flags:x2}");
        }

        ulong size = _head[1];
        if ((flags & Long) != 0)
        {
            await stream.ReadExactlyAsync(_head.AsMemory(2, 7), stop).ConfigureAwait(false);
            size = BinaryPrimitives.ReadUInt64BigEndian(_head.AsSpan(1));
        }

        int limit = isCommand ? Math.Min(MostCommandBytes, most) : most;
        if (size > (ulong)limit)
        {
            throw new InvalidDataException($"{size} bytes, where {limit} are the most");
        }

        byte[] body = new byte[size];
        await stream.ReadExactlyAsync(body, stop).ConfigureAwait(false);
        return (isCommand, body, (flags & More) != 0);
    }
}
