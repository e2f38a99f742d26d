using Npgsql;

namespace ThreadStore.Postgres;

/// <summary>Tells a connection that lives from one that was cut without a word.</summary>
static class LiveConnection
{
    /// <summary>Seconds. What is cut without a word never answers.</summary>
    const int Patience = 2;

    /// <summary>Whether what is sent by it arrives.</summary>
    public static async Task<bool> AnswersAsync(this NpgsqlConnection connection)
    {
        try
        {
            await using var command = new NpgsqlCommand("select 1", connection) { CommandTimeout = Patience };
            await command.ExecuteNonQueryAsync();
            return true;
        }
        catch (Exception e) when (Outage.Is(e))
        {
            return false;
        }
    }
}
