using Mnist.Distributed.Coordinator.Terminal;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Terminal;

public sealed class ShellWordTests
{
    [Theory]
    [InlineData("plain-word_1.5", "plain-word_1.5")]
    [InlineData("", "''")]
    [InlineData("kill(run); add", "'kill(run); add'")]
    [InlineData("it's", @"'it'\''s'")]
    public void A_word_is_quoted_where_a_shell_would_read_more_into_it(string word, string quoted) => Assert.Equal(quoted, ShellWord.Quoted(word));
}
