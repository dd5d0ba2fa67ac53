"""What the page of a download says, in both languages: nobody knows yet which one its reader has."""

from typing import Any

_EN = {
    "title": "Copy of your personal data",
    "how": "Type the password that we told you by phone or in a text message. One ZIP file is downloaded.",
    "no": "This did not work: the password is not right, or this link does not work any more. Check the "
    "password. If it still does not work, reply to our e-mail.",
    "slowly": "Too many tries from your network. Wait a quarter of an hour and try again.",
    "busy": "This is not possible at the moment. Try again in a few minutes.",
    "nothing": "There is nothing at this address. Copy the whole link from our e-mail.",
}
_AR = {
    "title": "نسخة من بياناتكم الشخصية",
    "how": "نرجو كتابة كلمة المرور التي أبلغناكم بها هاتفيًا أو برسالة نصية قصيرة، "
    "ليبدأ تنزيل ملف مضغوط واحد.",
    "no": "تعذّر التنزيل: كلمة المرور غير صحيحة، أو هذا الرابط لم يعد يعمل. نرجو التحقق من كلمة المرور، "
    "وإذا تكرر الأمر فيكفي الرد على رسالتنا الإلكترونية.",
    "slowly": "المحاولات من شبكتكم كثيرة. نرجو الانتظار ربع ساعة ثم المحاولة من جديد.",
    "busy": "التنزيل غير ممكن في هذه اللحظة. نرجو المحاولة من جديد بعد بضع دقائق.",
    "nothing": "لا شيء في هذا العنوان. نرجو نسخ الرابط كاملًا من رسالتنا الإلكترونية.",
}
LANGUAGES: tuple[dict[str, Any], ...] = (
    {"lang": "en", "direction": "ltr", "say": _EN},
    {"lang": "ar", "direction": "rtl", "say": _AR},
)
