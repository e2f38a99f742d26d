using ThreadStore.Comments;

namespace ThreadStore.Notices;

/// <summary>The languages in which whoever gave a notice is told of it: those of <see cref="Mail.MailLanguages"/>.</summary>
public static class NoticeLanguages
{
    static Dictionary<RejectReason, string> Grounds(params string[] words) =>
        Enum.GetValues<RejectReason>().Zip(words).ToDictionary(p => p.First, p => p.Second);

    public static readonly NoticeTexts English = new(
        "en",
        ReceiptSubject: "We received your report: {0}",
        DecisionSubject: "What became of your report: {0}",
        Receipt: "We received your report about a comment on “{0}”. A moderator looks at it, and we write to you when it is decided.",
        Upheld: "We decided on your report about a comment on “{0}”: the comment was taken away.",
        Dismissed: "We decided on your report about a comment on “{0}”: no action was taken.",
        Reversed: "We decided anew on your report about a comment on “{0}”: the comment is published again.",
        RejectedFor: "A moderator rejected the comment: {0}.",
        Removed: "A moderator removed the comment.",
        Kept: "A moderator looked at the comment and found nothing for which it has to be taken away.",
        Returned: "The decision to take the comment away was looked at once more, and reversed.",
        DeletedByAuthor: "Its author deleted the comment before anybody decided: nothing is left to decide.",
        Automation: "A person decided, and no machine.",
        Redress: "You may complain to us about this decision free of charge within six months, turn to a certified out-of-court dispute settlement body, or go to court.",
        Number: "Number of your report",
        Because: "{0} writes to you because you reported a comment and gave this address.",
        Grounds(
            "spam",
            "it is offensive",
            "harassment",
            "misinformation",
            "it is illegal",
            "it is off topic",
            "it breaks the rules of the discussion",
            "it has a word that is banned here"
        )
    );

    public static readonly NoticeTexts German = new(
        "de",
        ReceiptSubject: "Ihre Meldung ist eingegangen: {0}",
        DecisionSubject: "Was aus Ihrer Meldung wurde: {0}",
        Receipt: "Ihre Meldung eines Kommentars zu „{0}“ ist eingegangen. Die Moderation sieht sie sich an; wir schreiben Ihnen, sobald entschieden ist.",
        Upheld: "Über Ihre Meldung eines Kommentars zu „{0}“ ist entschieden: Der Kommentar wurde entfernt.",
        Dismissed: "Über Ihre Meldung eines Kommentars zu „{0}“ ist entschieden: Es wurde nichts unternommen.",
        Reversed: "Über Ihre Meldung eines Kommentars zu „{0}“ ist neu entschieden: Der Kommentar ist wieder veröffentlicht.",
        RejectedFor: "Die Moderation hat den Kommentar abgelehnt: {0}.",
        Removed: "Die Moderation hat den Kommentar entfernt.",
        Kept: "Die Moderation hat den Kommentar geprüft und nichts gefunden, weswegen er entfernt werden muss.",
        Returned: "Die Entscheidung, den Kommentar zu entfernen, wurde noch einmal geprüft und aufgehoben.",
        DeletedByAuthor: "Der Kommentar wurde gelöscht, bevor jemand entschied, und zwar von dem, der ihn schrieb: Es gibt nichts mehr zu entscheiden.",
        Automation: "Entschieden hat ein Mensch, keine Maschine.",
        Redress: "Sie können sich binnen sechs Monaten kostenlos bei uns über diese Entscheidung beschweren, sich an eine zugelassene außergerichtliche Streitbeilegungsstelle wenden oder ein Gericht anrufen.",
        Number: "Nummer Ihrer Meldung",
        Because: "{0} schreibt Ihnen, weil Sie einen Kommentar gemeldet und diese Adresse angegeben haben.",
        Grounds(
            "Spam",
            "er ist beleidigend",
            "Belästigung",
            "Falschinformation",
            "er ist rechtswidrig",
            "er gehört nicht zum Thema",
            "er verstößt gegen die Regeln der Diskussion",
            "er enthält ein Wort, das hier nicht erlaubt ist"
        )
    );

    public static readonly NoticeTexts French = new(
        "fr",
        ReceiptSubject: "Nous avons reçu votre signalement : {0}",
        DecisionSubject: "La suite donnée à votre signalement : {0}",
        Receipt: "Nous avons reçu votre signalement d’un commentaire sur « {0} ». La modération l’examine et nous vous écrirons dès qu’une décision sera prise.",
        Upheld: "Nous avons statué sur votre signalement d’un commentaire sur « {0} » : le commentaire a été retiré.",
        Dismissed: "Nous avons statué sur votre signalement d’un commentaire sur « {0} » : aucune mesure n’a été prise.",
        Reversed: "Nous avons statué à nouveau sur votre signalement d’un commentaire sur « {0} » : le commentaire est de nouveau publié.",
        RejectedFor: "La modération a refusé le commentaire : {0}.",
        Removed: "La modération a retiré le commentaire.",
        Kept: "La modération a examiné le commentaire et n’a rien trouvé qui oblige à le retirer.",
        Returned: "La décision de retirer le commentaire a été réexaminée et annulée.",
        DeletedByAuthor: "Le commentaire a été supprimé par son auteur avant toute décision : il n’y a plus rien à décider.",
        Automation: "La décision a été prise par une personne, sans moyens automatisés.",
        Redress: "Vous pouvez introduire gratuitement une réclamation auprès de nous dans un délai de six mois, saisir un organe certifié de règlement extrajudiciaire des litiges ou un tribunal.",
        Number: "Numéro de votre signalement",
        Because: "{0} vous écrit parce que vous avez signalé un commentaire et indiqué cette adresse.",
        Grounds(
            "spam",
            "il est offensant",
            "harcèlement",
            "désinformation",
            "il est illégal",
            "il est hors sujet",
            "il enfreint les règles de la discussion",
            "il contient un mot interdit ici"
        )
    );

    public static readonly NoticeTexts Spanish = new(
        "es",
        ReceiptSubject: "Hemos recibido su notificación: {0}",
        DecisionSubject: "Qué ha sido de su notificación: {0}",
        Receipt: "Hemos recibido su notificación sobre un comentario en «{0}». La moderación la examina y le escribiremos cuando haya una decisión.",
        Upheld: "Hemos decidido sobre su notificación de un comentario en «{0}»: el comentario se ha retirado.",
        Dismissed: "Hemos decidido sobre su notificación de un comentario en «{0}»: no se ha tomado ninguna medida.",
        Reversed: "Hemos decidido de nuevo sobre su notificación de un comentario en «{0}»: el comentario vuelve a estar publicado.",
        RejectedFor: "La moderación ha rechazado el comentario: {0}.",
        Removed: "La moderación ha retirado el comentario.",
        Kept: "La moderación ha examinado el comentario y no ha encontrado nada que obligue a retirarlo.",
        Returned: "La decisión de retirar el comentario se ha revisado y se ha anulado.",
        DeletedByAuthor: "Su autor eliminó el comentario antes de que nadie decidiera: ya no queda nada que decidir.",
        Automation: "Ha decidido una persona, no una máquina.",
        Redress: "Puede reclamar gratuitamente ante nosotros en un plazo de seis meses, acudir a un órgano certificado de resolución extrajudicial de litigios o ir a los tribunales.",
        Number: "Número de su notificación",
        Because: "{0} le escribe porque notificó un comentario e indicó esta dirección.",
        Grounds(
            "spam",
            "es ofensivo",
            "acoso",
            "desinformación",
            "es ilegal",
            "no tiene que ver con el tema",
            "infringe las normas del debate",
            "contiene una palabra prohibida aquí"
        )
    );
}
