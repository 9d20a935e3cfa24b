using CsCheck;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Hosting.Stores;
using Mnist.Distributed.Tests.Training.Files;
using Xunit;

namespace Mnist.Distributed.Tests.Hosting.Stores;

public sealed class StoreNameTests
{
    [Theory]
    [InlineData("sqlite:/tmp/a:b.db", "sqlite:/tmp/a:b.db", typeof(SqliteStore))]
    [InlineData("postgresql:Host=db;Port=5433;Username=u;Password=secret;Database=d", "postgresql:d at db:5433", typeof(PostgreSqlStore))]
    [InlineData("postgresql:Host=db;Username=u", "postgresql:u at db:5432", typeof(PostgreSqlStore))]
    [InlineData("redis:db:6380,password=secret,defaultDatabase=3", "redis:db:6380", typeof(RedisStore))]
    [InlineData("redis:db", "redis:db", typeof(RedisStore))]
    public void A_name_is_a_kind_and_what_it_needs_and_is_shown_without_its_password(string name, string shown, Type kind)
    {
        var store = StoreName.Parse(name, "--store");

        Assert.IsType(kind, store);
        Assert.Equal(shown, store.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("sqlite")]
    [InlineData("sqlite:")]
    [InlineData("redis:")]
    [InlineData("redis:abortConnect=false")]
    [InlineData("redis:secret,colour=red")]
    [InlineData("redis://user:secret@db:6379")]
    [InlineData("postgresql:")]
    [InlineData("postgresql:Username=u;Password=secret")]
    [InlineData("postgresql:Host=db;Colour=secret")]
    [InlineData("postgresql:Host=db;Port=many")]
    [InlineData("postgresql:secret")]
    [InlineData("postgresql://u:secret@db/d")]
    [InlineData("mysql:Server=db;Password=secret")]
    [InlineData("/tmp/secret.db")]
    [InlineData("sqlite: ")]
    [InlineData("sqlite::memory:")]
    [InlineData("sqlite::memory:?cache=shared")]
    [InlineData("sqlite:file::memory:?cache=shared&x=secret")]
    [InlineData("sqlite:file:secret.db?mode=memory")]
    [InlineData("sqlite:/tmp/")]
    [InlineData("sqlite: secret.db")]
    [InlineData("sqlite:secret\0.db")]
    [InlineData("@secret")]
    [InlineData("@")]
    [InlineData("@secret\0")]
    [InlineData("sqlite:secret\n.db")]
    [InlineData("redis:db,ssl=true password=secret")]
    [InlineData("redis:db:6379 password=secret")]
    [InlineData("redis:db secret")]
    [InlineData("redis:user:secret@db")]
    [InlineData("redis:db,connectTimeout=secret")]
    [InlineData("redis:db,sslProtocols=secret")]
    [InlineData("postgresql:Host=db Password=secret;Username=u")]
    [InlineData("postgresql:Host=db;Username=u Password=secret")]
    [InlineData("postgresql:Host=db;Username=u;Database=d Password=secret")]
    [InlineData("postgresql:Host=db;Password=a;secret;Username=u")]
    [InlineData("postgresql:Host=db;Password=\"secret;Username=u")]
    [InlineData("postgresql:Host=db;SSL Mode=secret")]
    [InlineData("postgresql:Host=u:secret@db")]
    public void What_names_no_store_is_refused_with_what_to_write(string name)
    {
        var refused = Assert.Throws<InvalidInputException>(() => StoreName.Parse(name, "--store"));

        Assert.StartsWith("--store ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(StoreName.Forms, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
        Assert.DoesNotContain("secret", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_with_a_password_may_be_in_a_file()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["store"], "redis:db:6379,password=secret\n");

        Assert.Equal("redis:db:6379", StoreName.Parse($"@{folder["store"]}", "--store").ToString());
    }

    /// <summary>
    /// A separator is missing, doubled or wrong, or a word is misspelt. The password may then be
    /// anywhere in the name.
    /// </summary>
    [Fact]
    public void Nothing_but_a_sentence_without_the_password_leaves_whatever_the_name() => Names.Sample(
        name =>
        {
            try
            {
                StoreName.Parse(name, "--store");
            }
            catch (InvalidInputException refused)
            {
                Assert.DoesNotContain(Password, refused.ToString(), StringComparison.Ordinal);
                Assert.StartsWith("--store ", refused.Message, StringComparison.Ordinal);
                Assert.EndsWith(".", refused.Message, StringComparison.Ordinal);
            }
        },
        iter: 20_000);

    /// <summary>
    /// The password is not shown for a readable name either, unless it stands in the place of the
    /// file's or the server's name.
    /// </summary>
    [Fact]
    public void A_forgotten_separator_before_the_password_does_not_show_it() => Gen.Select(OneOf(" ", "  ", "\t", "\n", ":", "&", "|", "/", "?"), OneOf(Wholes)).Sample(
        (separator, whole) =>
        {
            var name = whole.Replace(";Password", $"{separator}Password", StringComparison.Ordinal).Replace(",password", $"{separator}password", StringComparison.Ordinal);
            string shown;
            try
            {
                shown = $"{StoreName.Parse(name, "--store")}";
            }
            catch (InvalidInputException refused)
            {
                shown = $"{refused}";
            }

            Assert.DoesNotContain(Password, shown, StringComparison.Ordinal);
        });

    private const string Password = "pa55w0rd";

    private static readonly string[] Wholes =
    [
        $"postgresql:Host=db;Password={Password};Username=u;Database=d",
        $"postgresql:Host=db;Username=u;Password={Password}",
        $"postgresql:Username=u;Host=db;Database=d;Password={Password}",
        $"redis:db:6379,password={Password},ssl=true",
        $"redis:db,ssl=true,password={Password}",
    ];

    private static readonly string[] Parts =
    [
        "sqlite", "postgresql", "redis", ":", ";", ",", "=", " ", "@", "//", "Host", "Username", "Database", "Port", "SSL Mode", "ssl", "true", "db", "6379", "connectTimeout", "user",
        "\"", "'", "[", "]", "%", "\\", "$", "\0", "\n", "tiebreaker", "configCheckSeconds", "sslProtocols", "proxy", "file", "memory", "(", ")", "!", "é",
    ];

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static Gen<string> Names { get; } = Gen.OneOf(
        Gen.Select(OneOf("sqlite:", "postgresql:", "redis:", "postgresql:Host=db;", "redis:db,"), Gen.OneOf(OneOf(Parts), Gen.Const($"password={Password}")).Array[0, 12])
            .Select((kind, parts) => kind + string.Concat(parts)),
        Gen.Select(OneOf(Wholes), Gen.Int[0, 60], Gen.Int[0, 2], OneOf(Parts)).Select((whole, at, cut, part) =>
            at + cut < whole.Length - Password.Length && whole.IndexOf(Password, StringComparison.Ordinal) is var start && (at + cut <= start || at >= start + Password.Length)
                ? whole[..at] + part + whole[(at + cut)..]
                : whole + part));
}
