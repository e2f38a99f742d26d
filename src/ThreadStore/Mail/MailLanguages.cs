namespace ThreadStore.Mail;

/// <summary>The languages that mail is written in. A site in another one gets English.</summary>
public static class MailLanguages
{
    public static readonly MailTexts English = new(
        "en",
        "d MMMM yyyy, HH:mm",
        AnswerSubject: "New answer: {0}",
        DecisionSubject: "Your comment: {0}",
        AccountSubject: "Your account at {0}",
        DigestSubject: "What is new for you at {0}",
        Reply: "{0} replied to you on “{1}”.",
        Mention: "{0} mentioned you on “{1}”.",
        Featured: "The moderators marked your comment on “{0}” as worth reading.",
        Published: "Your comment on “{0}” is published.",
        Rejected: "The moderators rejected your comment on “{0}”.",
        Removed: "The moderators removed your comment on “{0}”.",
        Held: "Your comment on “{0}” waits for the moderators.",
        Appeal: "Your appeal about your comment on “{0}” was decided.",
        Account: "The moderators made a decision about your account. You see it when you sign in.",
        Warning: "The moderators sent you a warning. You see it when you sign in; write again once you have acknowledged it.",
        Read: "Read it on the page",
        More: "And {0} more.",
        Why: "{0} writes to you because you asked for it.",
        Unsubscribe: "Unsubscribe",
        Ask: "No more e-mail from {0}?",
        Done: "You get no more e-mail from {0}.",
        NoLink: "This link is not complete. Open it once more from the e-mail."
    );

    public static readonly MailTexts German = new(
        "de",
        "d. MMMM yyyy, HH:mm",
        AnswerSubject: "Neue Antwort: {0}",
        DecisionSubject: "Ihr Kommentar: {0}",
        AccountSubject: "Ihr Konto bei {0}",
        DigestSubject: "Neues für Sie bei {0}",
        Reply: "{0} hat Ihnen zu „{1}“ geantwortet.",
        Mention: "{0} hat Sie zu „{1}“ erwähnt.",
        Featured: "Die Moderation hat Ihren Kommentar zu „{0}“ hervorgehoben.",
        Published: "Ihr Kommentar zu „{0}“ ist veröffentlicht.",
        Rejected: "Die Moderation hat Ihren Kommentar zu „{0}“ abgelehnt.",
        Removed: "Die Moderation hat Ihren Kommentar zu „{0}“ entfernt.",
        Held: "Ihr Kommentar zu „{0}“ wartet auf die Moderation.",
        Appeal: "Über Ihren Einspruch zu Ihrem Kommentar zu „{0}“ wurde entschieden.",
        Account: "Die Moderation hat über Ihr Konto entschieden. Sie sehen es, wenn Sie sich anmelden.",
        Warning: "Die Moderation hat Sie verwarnt. Sie sehen die Verwarnung, wenn Sie sich anmelden, und können wieder schreiben, sobald Sie sie bestätigt haben.",
        Read: "Auf der Seite lesen",
        More: "Und {0} weitere.",
        Why: "{0} schreibt Ihnen, weil Sie das wünschen.",
        Unsubscribe: "Abbestellen",
        Ask: "Keine E-Mails mehr von {0}?",
        Done: "Sie erhalten keine E-Mails mehr von {0}.",
        NoLink: "Dieser Link ist nicht vollständig. Öffnen Sie ihn noch einmal aus der E-Mail."
    );

    public static readonly MailTexts French = new(
        "fr",
        "d MMMM yyyy, HH:mm",
        AnswerSubject: "Nouvelle réponse : {0}",
        DecisionSubject: "Votre commentaire : {0}",
        AccountSubject: "Votre compte chez {0}",
        DigestSubject: "Du nouveau pour vous chez {0}",
        Reply: "{0} vous a répondu sur « {1} ».",
        Mention: "{0} vous a mentionné sur « {1} ».",
        Featured: "La modération a mis en avant votre commentaire sur « {0} ».",
        Published: "Votre commentaire sur « {0} » est publié.",
        Rejected: "La modération a refusé votre commentaire sur « {0} ».",
        Removed: "La modération a retiré votre commentaire sur « {0} ».",
        Held: "Votre commentaire sur « {0} » attend la modération.",
        Appeal: "Votre recours au sujet de votre commentaire sur « {0} » a été tranché.",
        Account: "La modération a pris une décision sur votre compte. Vous la verrez en vous connectant.",
        Warning: "La modération vous a envoyé un avertissement. Vous le verrez en vous connectant ; vous pourrez écrire de nouveau après l’avoir confirmé.",
        Read: "Lire sur la page",
        More: "Et {0} de plus.",
        Why: "{0} vous écrit parce que vous l’avez demandé.",
        Unsubscribe: "Se désabonner",
        Ask: "Ne plus recevoir d’e-mails de {0} ?",
        Done: "Vous ne recevrez plus d’e-mails de {0}.",
        NoLink: "Ce lien n’est pas complet. Ouvrez-le de nouveau depuis l’e-mail."
    );

    public static readonly MailTexts Spanish = new(
        "es",
        "d 'de' MMMM 'de' yyyy, HH:mm",
        AnswerSubject: "Nueva respuesta: {0}",
        DecisionSubject: "Su comentario: {0}",
        AccountSubject: "Su cuenta en {0}",
        DigestSubject: "Novedades para usted en {0}",
        Reply: "{0} le ha respondido en «{1}».",
        Mention: "{0} le ha mencionado en «{1}».",
        Featured: "La moderación ha destacado su comentario en «{0}».",
        Published: "Su comentario en «{0}» está publicado.",
        Rejected: "La moderación ha rechazado su comentario en «{0}».",
        Removed: "La moderación ha retirado su comentario en «{0}».",
        Held: "Su comentario en «{0}» espera a la moderación.",
        Appeal: "Se ha decidido su recurso sobre su comentario en «{0}».",
        Account: "La moderación ha tomado una decisión sobre su cuenta. La verá al iniciar sesión.",
        Warning: "La moderación le ha enviado una advertencia. La verá al iniciar sesión; podrá escribir de nuevo cuando la haya confirmado.",
        Read: "Leer en la página",
        More: "Y {0} más.",
        Why: "{0} le escribe porque usted lo pidió.",
        Unsubscribe: "Darse de baja",
        Ask: "¿No recibir más correos de {0}?",
        Done: "Ya no recibirá correos de {0}.",
        NoLink: "Este enlace no está completo. Ábralo otra vez desde el correo."
    );

    public static readonly IReadOnlyList<MailTexts> All = [English, German, French, Spanish];
}
