using Mnist.Distributed.Contracts;
using Mnist.Distributed.Grains.Hosting.Stores;

using Xunit;

namespace Mnist.Distributed.Tests.Grains.Hosting.Stores;

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
    public void What_names_no_store_is_refused_with_what_to_write(string name)
    {
        var refused = Assert.Throws<InvalidInputException>(() => StoreName.Parse(name, "--store"));

        Assert.StartsWith("--store ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(StoreName.Forms, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }
}
