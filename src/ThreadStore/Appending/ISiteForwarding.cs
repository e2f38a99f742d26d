namespace ThreadStore.Appending;

/// <summary>Where there are several databases, finds the one in which a site lives that left this one a moment ago.</summary>
public interface ISiteForwarding
{
    /// <summary>Waits until the site lives somewhere, if it is on its way.</summary>
    /// <param name="left">Of the database that it left.</param>
    /// <returns>Of the new one, or the same where it stays after all; null: nobody can say in good time.</returns>
    Task<Appender?> FindAsync(string site, Appender left);
}
