"""How applicants are told: by e-mail, by SMS, by a notice in VNeID.

The contract of the gateway for SMS and VNeID is ours (docs/integration/messages.md). `MaTin` makes sending safe to
repeat: the gateway passes the same one on once. An e-mail that comes twice has the same Message-ID.
"""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from typing import Final, Protocol

from django.conf import settings
from django.core.mail import EmailMessage

from onestop.kinds import NoticeChannel
from portal.core import http
from portal.core.errors import OutcomeUnknownError, RefusedError, UnreachableError


@dataclass(frozen=True, kw_only=True)
class Message:
    """What goes out. `to` is an e-mail address, a phone number or a TechID; `key` is the same at every attempt."""

    key: str
    to: str
    subject: str
    text: str


class Channel(Protocol):
    def send(self, message: Message) -> None:
        """Send; raises `RefusedError`, `UnreachableError`, `OutcomeUnknownError`."""
        ...


class Email:
    """The mail server of the settings. While it is away, or does not let us in, letters wait."""

    def send(self, message: Message) -> None:
        domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
        headers = {"Message-ID": f"<{message.key.replace(':', '.')}@{domain}>"}
        try:
            sent = EmailMessage(message.subject, message.text, None, [message.to], headers=headers).send()
        except ValueError as error:
            raise RefusedError("This is no address for e-mail.") from error
        except smtplib.SMTPServerDisconnected as error:
            raise OutcomeUnknownError("The mail server has hung up.") from error
        except OSError as error:  # those of smtplib among them
            code = _refusal(error)
            if code is None:
                raise UnreachableError(f"The mail server cannot be used: {type(error).__name__}.") from error
            raise RefusedError(f"The mail server does not take this letter: {code}.") from error
        if not sent:
            raise RefusedError("There is no address to write to.")


class Sms:
    """A text message: no subject."""

    def send(self, message: Message) -> None:
        _post("sms", {"MaTin": message.key, "SoDienThoai": message.to, "NoiDung": message.text})


class VneidNotice:
    """A notice in the VNeID app of the person."""

    def send(self, message: Message) -> None:
        body = {"MaTin": message.key, "TechID": message.to, "TieuDe": message.subject, "NoiDung": message.text}
        _post("vneid", body)


CHANNELS: Final[dict[NoticeChannel, Channel]] = {
    NoticeChannel.EMAIL: Email(),
    NoticeChannel.SMS: Sms(),
    NoticeChannel.VNEID: VneidNotice(),
}


def offered() -> list[NoticeChannel]:
    """Return the channels that this installation has."""
    return list(NoticeChannel) if settings.MESSAGING_URL else [NoticeChannel.EMAIL]


def _refusal(error: OSError) -> int | None:
    """Return the code with which the mail server refused a letter for good (RFC 5321: 5xx), or None."""
    codes: list[int] = []
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _text in error.recipients.values()]
    elif isinstance(error, smtplib.SMTPDataError):
        codes = [error.smtp_code]
    return next((code for code in codes if code >= 500), None)


def _post(operation: str, body: dict[str, str]) -> None:
    headers = {"Authorization": f"Bearer {settings.MESSAGING_TOKEN}"}
    response = http.post_json(f"{settings.MESSAGING_URL}/{operation}", body, headers=headers)
    if response.status_code >= 500:
        raise OutcomeUnknownError(f"{operation} was answered with status {response.status_code}.")
    answer = response.json() if response.status_code == 200 else {}
    if not isinstance(answer, dict) or str(answer.get("error_code")) != "0":
        raise RefusedError(f"{operation} was refused with status {response.status_code}.")
