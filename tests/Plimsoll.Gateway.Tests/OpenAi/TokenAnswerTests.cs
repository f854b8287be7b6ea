using System.Text;
using Plimsoll.Gateway.OpenAi;

namespace Plimsoll.Gateway.Tests.OpenAi;

public sealed class TokenAnswerTests
{
    [Theory]
    [InlineData("""{"count":3,"max_model_len":4096,"tokens":[1,2,128000],"token_strs":null}""")]
    [InlineData("""{"tokens":[1,2,128000],"later":{"tokens":[9]}}""")]
    public void The_tokens_are_read(string json) => Assert.Equal([1, 2, 128_000], TokenAnswer.Read(Encoding.UTF8.GetBytes(json))!);

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"count":0,"tokens":[]}""")]
    [InlineData("""{"count":2,"tokens":[1]}""")]
    [InlineData("""{"count":1,"tokens":[-1]}""")]
    [InlineData("""{"count":1,"tokens":["1"]}""")]
    [InlineData("""{"count":1,"tokens":[1.5]}""")]
    [InlineData("""{"count":1,"tokens":[99999999999]}""")]
    [InlineData("""{"count":1.5,"tokens":[1]}""")]
    [InlineData("""{"count":1,"tokens":"1"}""")]
    [InlineData("""{"count":1,"tokens":[[1]]}""")]
    [InlineData("""{"count":1,"tokens":[1]""")]
    [InlineData("<html></html>")]
    public void Anything_else_is_no_answer(string json) => Assert.Null(TokenAnswer.Read(Encoding.UTF8.GetBytes(json)));
}
