namespace Plimsoll.Cli.Tests;

/// <summary><c>plimsoll serve</c>: its configuration, and that it starts and stops in order.</summary>
public sealed class ServeTests
{
    [Fact]
    public void The_documentation_s_configuration_is_right()
    {
        using var scratch = new Scratch();
        string page = File.ReadAllText(Plimsoll.Testing.Repository.PathOf("docs/serve.md"));
        string yaml = page.Split("```yaml\n")[1].Split("```")[0].Replace("    api-key-env: SPARE_KEY      # the key stands in the environment\n", "", StringComparison.Ordinal);
        string file = scratch.Write("plimsoll.yaml", yaml);

        Assert.Contains("3 backends", Cli.Run("serve", "--config", file, "--check").Succeeded().Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_wrong_is_said_at_once_with_its_line()
    {
        using var scratch = new Scratch();
        string file = scratch.Write("bad.yaml", """
            port: 99999
            prot: 1
            listen: nowhere
            backends:
              - ftp://a
              - url: http://b
                api-key-env: PLIMSOLL_NO_SUCH_KEY
              - http://b
              - name: c
            policies:
              routing: least-request
              window: 0
            timeouts: {idle: -3s, coffee: 1s}
            """);

        string error = Cli.Run("serve", "--config", file, "--check").Refused("bad.yaml").Error;

        Assert.All(
            new[]
            {
                ":1: port: '99999'", ":2: unknown key 'prot'", ":3: listen: 'nowhere'", ":5: 'ftp://a'", ":7: api-key-env: the environment has no", ":8: two backends are called 'b'",
                ":9: url: every backend needs one", ":11: routing: unknown routing policy 'least-request'", ":12: window: '0'", ":13: idle: '-3s'", ":13: unknown key 'coffee'",
            },
            expected => Assert.Contains(expected, error, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("name at least one engine", "serve", "--check")]
    [InlineData("is not an address", "serve", "--check", "--backend", "10.0.0.1")]
    [InlineData("is given twice", "serve", "--check", "--backend", "http://a", "--backend", "http://a/")]
    [InlineData("--window: 'x'", "serve", "--check", "--backend", "http://a", "--window", "x")]
    [InlineData("must be one YAML mapping", "serve", "--config", "empty.yaml")]
    [InlineData("broken.yaml:3", "serve", "--config", "broken.yaml")]
    public void A_wrong_command_line_is_refused(string way, params string[] arguments)
    {
        using var scratch = new Scratch();
        scratch.Write("empty.yaml", "");
        scratch.Write("broken.yaml", "a: 1\nb: [1\n");

        Cli.Run(scratch.Folder, _ => { }, arguments).Refused(way);
    }
}
