using ThreadStore.Rows;
using Weasel.Postgresql.Tables;

namespace ThreadStore.Broker;

/// <summary>How far the history went to the broker, and which node sends it.</summary>
public static class BrokerTables
{
    public const string Progress = $"{ReaderTables.Schema}.broker_progress";

    public static Table Definition
    {
        get
        {
            var table = new Table(Progress);
            table.AddColumn("name", "text").AsPrimaryKey();
            table.AddColumn("position", "bigint").NotNull();
            table.AddColumn("taken_by", "uuid");
            table.AddColumn("taken_until", "timestamptz");
            return table;
        }
    }
}
