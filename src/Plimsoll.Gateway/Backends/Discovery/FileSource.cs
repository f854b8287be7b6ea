using System.Text;

namespace Plimsoll.Gateway.Backends.Discovery;

/// <summary>
/// A file with the address of one backend a line, for whatever program writes it; lines that begin with <c>#</c> say nothing. One wrong
/// line and none of them counts.
/// </summary>
public sealed class FileSource(string path) : IBackendSource
{
    private const long MostBytes = 1 << 20;

    /// <inheritdoc/>
    public string Name => path;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Backend>> ReadAsync(CancellationToken stop)
    {
        List<Backend> backends = [];
        List<string> problems = [];
        string[] lines = await LinesAsync(stop).ConfigureAwait(false);
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            string? problem = BackendAddress.Read(line, out BackendAddress? address);
            if (problem is null && backends.Exists(other => other.Name == address!.Name))
            {
                problem = $"'{address!.Name}' is given twice";
            }

            if (problem is null)
            {
                backends.Add(new Backend(backends.Count, address!.Name, address.Address, null, address.Rank));
            }
            else
            {
                problems.Add($"{path}:{i + 1}: {problem}");
            }
        }

        return problems.Count == 0 ? backends : throw new IOException(string.Join("; ", problems));
    }

    private async Task<string[]> LinesAsync(CancellationToken stop)
    {
        try
        {
            return new FileInfo(path).Length > MostBytes
                ? throw new IOException($"{path}: longer than {MostBytes} bytes")
                : await File.ReadAllLinesAsync(path, Encoding.UTF8, stop).ConfigureAwait(false);
        }
        catch (UnauthorizedAccessException forbidden)
        {
            throw new IOException(forbidden.Message, forbidden);
        }
    }
}
