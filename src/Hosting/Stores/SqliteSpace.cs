using Microsoft.Data.Sqlite;

namespace Mnist.Distributed.Hosting.Stores;

/// <summary>
/// The space that a SQLite file takes. A file gives the space of deleted rows back to the disk with
/// each commit. Measured with rows of 0.9 and 4 MB, this makes a commit neither slower nor larger.
/// </summary>
internal static class SqliteSpace
{
    /// <summary>
    /// The statement that makes a file give back space. It has an effect on a file without tables,
    /// or before the file is rebuilt.
    /// </summary>
    public const string GiveBackAlways = "PRAGMA auto_vacuum = FULL";

    /// <summary>The bytes that the file keeps of the grains with a key.</summary>
    /// <param name="command">A command of the file.</param>
    /// <param name="key">The key of the grains, such as the id of a run.</param>
    public static long Of(SqliteCommand command, string key)
    {
        command.CommandText = "SELECT coalesce(sum(length(PayloadBinary)), 0) FROM OrleansStorage WHERE GrainIdExtensionString = $key";
        command.Parameters.AddWithValue("$key", key);
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>
    /// Moves what is in the log of the file into the file, so that the file becomes shorter now. If
    /// others use the file at this moment, this happens with one of their next commits.
    /// </summary>
    public static int Settle(SqliteCommand command)
    {
        command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
        return command.ExecuteNonQuery();
    }

    /// <summary>
    /// Makes a file of an older version give back space, and does so now. The file is written anew,
    /// so no silo may use it. Other files do not change.
    /// </summary>
    public static int Rebuild(SqliteCommand command)
    {
        command.CommandText = "PRAGMA auto_vacuum";
        if (command.ExecuteScalar() is not 0L)
        {
            return 0;
        }

        command.CommandText = $"{GiveBackAlways}; VACUUM";
        return command.ExecuteNonQuery();
    }
}
