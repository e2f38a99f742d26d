using ThreadStore.Notices;

namespace ThreadStore.Mail;

/// <summary>What mail consists of.</summary>
public static class MailServices
{
    public static void AddMail(this IServiceCollection services)
    {
        services.AddSingleton<MailAddresses>();
        services.AddSingleton<MailPreferences>();
        services.AddSingleton<AddressBook>();
        services.AddHostedService(s => s.GetRequiredService<AddressBook>());
        services.AddSingleton<MailTurn>();
        services.AddSingleton<MailIntake>();
        services.AddSingleton<MailOutbox>();
        services.AddSingleton<MailContents>();
        services.AddSingleton<UnsubscribeLinks>();
        services.AddSingleton<MailMessage>();
        services.AddSingleton<MailSender>();
        services.AddSingleton<NoticeMails>();
        services.AddHostedService<MailCourier>();
    }
}
